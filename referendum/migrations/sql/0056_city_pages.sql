-- No city has written anything yet: until it does, its pages say so.
CREATE TABLE city_page (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    page VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    text_ko VARCHAR NOT NULL,
    text_en VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    published_by VARCHAR NOT NULL,
    confirmed_by VARCHAR,
    published_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    demo BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_city_page PRIMARY KEY (id),
    CONSTRAINT ck_city_page_counted CHECK (version > 0),
    CONSTRAINT uq_city_page_jurisdiction_id_page_version UNIQUE (jurisdiction_id, page, version),
    CONSTRAINT fk_city_page_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id)
        REFERENCES jurisdiction (id)
);
