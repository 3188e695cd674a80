DROP TABLE assignment;
