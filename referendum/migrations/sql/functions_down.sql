drop function hmac_padded(bytea, bytea, text);
drop function referendum_now();
drop table clock_offset;
