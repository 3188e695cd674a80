DROP TABLE reminder;
DROP TABLE mail_choice;
DROP TABLE shift_read;
DROP TABLE assignment;
