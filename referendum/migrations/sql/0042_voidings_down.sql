DROP INDEX ix_line_decision_reasoned;
DROP TABLE voiding_undone;
DROP TABLE voiding;
