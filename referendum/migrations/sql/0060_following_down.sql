DROP TABLE follow_letter;
DROP TABLE news_item;
DROP TABLE follow_ask;
DROP TABLE following;
