DROP TABLE draft_version;
DROP TABLE invitation;
DROP TABLE joint_consent;
DROP TABLE joint_act;
