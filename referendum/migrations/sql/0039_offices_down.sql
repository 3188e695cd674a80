DROP TABLE signed_act;
DROP TABLE office_holder;
