drop function referendum_grams(text);
drop function referendum_plain(text);
drop function hmac_padded(bytea, bytea, text);
drop function referendum_now();
drop table clock_offset;
