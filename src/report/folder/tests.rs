use std::os::unix::fs::symlink;

use super::*;
use crate::report::{self, PictureLink};

/// The sample's picture: a real JPEG.
const PICTURE: &[u8] = include_bytes!("../../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");

struct House {
    dir: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["reports/_posts", "reports/assets", "outside"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        Self { dir }
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("reports")
    }

    fn write(&self, path: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(path);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The picture of a report in `_posts` that says `source`.
    fn picture(&self, source: &str) -> Result<PathBuf, PictureProblem> {
        let path = self.root().join("_posts/ai_20261123_20261123.md");
        let mut report = report::parse("ai_20261123_20261123.md", "text").unwrap();
        report.picture = Some(PictureLink { source: source.to_owned(), alt: "words".to_owned(), line: 7 });
        match picture(&self.root(), &path, &report) {
            PictureFound::Picture { path, picture, .. } => {
                assert_eq!(picture.bytes, PICTURE);
                Ok(path.strip_prefix(self.dir.path().canonicalize().unwrap()).unwrap().to_owned())
            }
            PictureFound::Warning(warning) => {
                assert_eq!((warning.line, warning.source_written.as_str()), (7, source));
                Err(warning.problem)
            }
            PictureFound::None => panic!("the report names one"),
        }
    }
}

#[test]
fn a_picture_is_found_inside_the_folders() {
    let house = House::new();
    house.write("reports/_posts/cloud.jpg", PICTURE);
    house.write("reports/_posts/my cloud 100%.jpg", PICTURE);
    house.write("reports/assets/词云.png", PICTURE);
    symlink(house.root().join("assets/词云.png"), house.root().join("_posts/link.jpg")).unwrap();
    let cases = [
        ("cloud.jpg", "reports/_posts/cloud.jpg"),
        ("./cloud.jpg?v=1", "reports/_posts/cloud.jpg"),
        ("my%20cloud%20100%25.jpg", "reports/_posts/my cloud 100%.jpg"),
        ("my cloud 100%.jpg", "reports/_posts/my cloud 100%.jpg"),
        ("/assets/词云.png", "reports/assets/词云.png"),
        ("../assets/%E8%AF%8D%E4%BA%91.png", "reports/assets/词云.png"),
        ("link.jpg", "reports/assets/词云.png"),
    ];
    for (source, expected) in cases {
        assert_eq!(house.picture(source), Ok(PathBuf::from(expected)), "{source}");
    }
}

#[test]
fn nothing_outside_the_folders_is_reached() {
    let house = House::new();
    let secret = house.write("outside/secret.jpg", PICTURE);
    house.write("reports/_posts/cloud.jpg", PICTURE);
    symlink(&secret, house.root().join("_posts/link.jpg")).unwrap();
    symlink(house.dir.path().join("outside"), house.root().join("_posts/door")).unwrap();
    symlink("loop.jpg", house.root().join("_posts/loop.jpg")).unwrap();
    let outside = [
        "../../outside/secret.jpg",
        "..%2F..%2Foutside%2Fsecret.jpg",
        "/../outside/secret.jpg",
        "../../../../../../../../etc/passwd",
        "../../outside/absent.jpg",
        "link.jpg",
        "door/secret.jpg",
    ];
    for source in outside {
        assert_eq!(house.picture(source), Err(PictureProblem::Outside), "{source}");
    }
    let absolute = secret.display().to_string();
    for source in [absolute.as_str(), "/etc/passwd", "absent.jpg", "cloud.jpg/x", "a%00b.jpg", "../_posts/absent.jpg"] {
        assert_eq!(house.picture(source), Err(PictureProblem::Missing), "{source}");
    }
    assert!(matches!(house.picture("loop.jpg"), Err(PictureProblem::Unreadable(_))));
    assert_eq!(house.picture("."), Err(PictureProblem::NotAFile));
    assert!(matches!(house.picture(&"x".repeat(5_000)), Err(PictureProblem::Unreadable(_))));
}

#[test]
fn a_named_pipe_is_not_waited_for() {
    let house = House::new();
    let pipe = house.root().join("_posts/pipe.jpg");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .unwrap();
    assert_eq!(house.picture("pipe.jpg"), Err(PictureProblem::NotAFile));
}

#[test]
fn a_word_cloud_beside_the_report_is_its_picture_when_it_names_none() {
    let house = House::new();
    let path = house.write("reports/_posts/2026-11-23-ai_20261122_20261123.md", "text".as_bytes());
    assert_eq!(open(&house.root(), &path, None).unwrap().picture, PictureFound::None);
    let cloud = house.write("reports/_posts/wordcloud_ai_20261122_20261123.png", &PICTURE[..1_000]);
    let opened = open(&house.root(), &path, None).unwrap();
    assert!(matches!(opened.picture, PictureFound::Warning(_)));
    assert!(opened.watched.contains(&(cloud.clone(), Stamp::at(&cloud))));
    fs::write(&cloud, PICTURE).unwrap();
    let opened = open(&house.root(), &path, None).unwrap();
    assert!(matches!(opened.picture, PictureFound::Picture { picture, .. } if picture.bytes == PICTURE));
}

#[test]
fn a_listing_shows_what_may_be_a_report() {
    let house = House::new();
    for path in [
        "reports/a.md",
        "reports/B.MARKDOWN",
        "reports/_posts/c.md",
        "reports/README.md",
        "reports/.hidden.md",
        "reports/cloud.jpg",
        "reports/notes.md.swp",
        "outside/o.md",
    ] {
        house.write(path, b"text");
    }
    fs::create_dir_all(house.root().join(".git")).unwrap();
    house.write("reports/.git/x.md", b"text");
    fs::create_dir_all(house.root().join("folder.md")).unwrap();
    symlink(house.dir.path().join("outside"), house.root().join("door")).unwrap();
    symlink(house.dir.path().join("absent.md"), house.root().join("dangling.md")).unwrap();
    let found = list(&house.root()).unwrap();
    let names = found.iter().map(|found| found.path.strip_prefix(house.root()).unwrap().display().to_string());
    assert_eq!(names.collect::<Vec<_>>(), ["B.MARKDOWN", "_posts/c.md", "a.md"]);
    assert!(list(&house.root().join("absent")).is_err());
}

#[test]
fn what_cannot_be_read_is_told_with_its_path() {
    let house = House::new();
    let path = house.root().join("absent.md");
    let error = read(&path).unwrap_err();
    assert!(matches!(error.problem, Problem::Unreadable(_)) && error.file == path.display().to_string());
    let large = house.root().join("large.md");
    File::create(&large).unwrap().set_len(encoding::MAX_BYTES + 1).unwrap();
    assert_eq!(read(&large).unwrap_err().problem, Problem::TooLarge { bytes: encoding::MAX_BYTES + 1 });
}
