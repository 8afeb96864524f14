//! Which time zone a reader means.

use chrono_tz::{TZ_VARIANTS, Tz};

/// Names that Chinese readers use, beside the IANA ones.
const CHINESE: [(&str, Tz); 20] = [
    ("北京", Tz::Asia__Shanghai),
    ("上海", Tz::Asia__Shanghai),
    ("中国", Tz::Asia__Shanghai),
    ("香港", Tz::Asia__Hong_Kong),
    ("澳门", Tz::Asia__Macau),
    ("台北", Tz::Asia__Taipei),
    ("台湾", Tz::Asia__Taipei),
    ("东京", Tz::Asia__Tokyo),
    ("日本", Tz::Asia__Tokyo),
    ("首尔", Tz::Asia__Seoul),
    ("新加坡", Tz::Asia__Singapore),
    ("悉尼", Tz::Australia__Sydney),
    ("伦敦", Tz::Europe__London),
    ("巴黎", Tz::Europe__Paris),
    ("柏林", Tz::Europe__Berlin),
    ("莫斯科", Tz::Europe__Moscow),
    ("纽约", Tz::America__New_York),
    ("多伦多", Tz::America__Toronto),
    ("洛杉矶", Tz::America__Los_Angeles),
    ("温哥华", Tz::America__Vancouver),
];

/// The zone for `Asia/Shanghai`, `shanghai`, `new york`, `北京` or `北京时间`.
pub(super) fn find(typed: &str) -> Option<Tz> {
    let typed = typed.trim();
    let chinese = typed.strip_suffix("时间").unwrap_or(typed);
    if let Some((_, zone)) = CHINESE.iter().find(|(name, _)| *name == chinese) {
        return Some(*zone);
    }
    let name = typed.replace(' ', "_");
    let is = |zone: &&Tz| zone.name().eq_ignore_ascii_case(&name);
    let is_city = |zone: &&Tz| zone.name().rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&name));
    TZ_VARIANTS.iter().find(is).or_else(|| TZ_VARIANTS.iter().find(is_city)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_its_name_its_city_or_its_chinese_name() {
        for typed in ["Asia/Shanghai", "asia/shanghai", "Shanghai", "北京", "北京时间", " 上海 "] {
            assert_eq!(find(typed), Some(Tz::Asia__Shanghai), "{typed}");
        }
        assert_eq!(find("new york"), Some(Tz::America__New_York));
        assert_eq!(find("UTC"), Some(Tz::UTC));
        for typed in ["", "Mars", "Asia", "北京市", "Asia/"] {
            assert_eq!(find(typed), None, "{typed}");
        }
    }
}
