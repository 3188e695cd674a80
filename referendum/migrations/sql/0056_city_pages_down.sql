DROP TABLE city_page;
