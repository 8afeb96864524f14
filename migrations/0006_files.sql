-- A report that is too long for messages goes along as a file, which is kept and uploaded as pictures are.
alter table pictures drop constraint pictures_format_check;
alter table pictures add constraint pictures_format_check check (format in ('jpg', 'png', 'gif', 'webp', 'md'));
