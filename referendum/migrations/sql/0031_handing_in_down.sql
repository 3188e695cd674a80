DROP TABLE registered_sheet;
DROP TABLE handing_in;
