CREATE TABLE joint_act (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    act VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    text_mark BYTEA NOT NULL,
    put_by UUID NOT NULL,
    put_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR DEFAULT 'waiting' NOT NULL,
    agreed_at TIMESTAMP WITH TIME ZONE,
    takes_effect_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_joint_act PRIMARY KEY (id),
    CONSTRAINT ck_joint_act_settled CHECK ((state in ('waiting', 'agreed')) = (settled_at is null)),
    CONSTRAINT ck_joint_act_agreed CHECK ((takes_effect_at is null) or (agreed_at is not null)),
    CONSTRAINT fk_joint_act_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_joint_act_put_by_representative FOREIGN KEY(put_by) REFERENCES representative (id)
);
CREATE INDEX ix_joint_act_measure_id ON joint_act (measure_id);
CREATE UNIQUE INDEX uq_joint_act_open ON joint_act (measure_id) WHERE settled_at is null;

CREATE TABLE joint_consent (
    joint_act_id UUID NOT NULL,
    representative_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_joint_consent PRIMARY KEY (joint_act_id, representative_id),
    CONSTRAINT fk_joint_consent_joint_act_id_joint_act FOREIGN KEY(joint_act_id)
        REFERENCES joint_act (id),
    CONSTRAINT fk_joint_consent_representative_id_representative FOREIGN KEY(representative_id)
        REFERENCES representative (id)
);

CREATE TABLE invitation (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    invited_by UUID NOT NULL,
    key_id UUID,
    phone BYTEA,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    joined UUID,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT ck_invitation_sealed_with_a_key CHECK ((phone is null) = (key_id is null)),
    CONSTRAINT fk_invitation_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id),
    CONSTRAINT fk_invitation_invited_by_representative FOREIGN KEY(invited_by)
        REFERENCES representative (id),
    CONSTRAINT fk_invitation_key_id_sealed_data_key FOREIGN KEY(key_id)
        REFERENCES sealed_data_key (id),
    CONSTRAINT fk_invitation_joined_representative FOREIGN KEY(joined) REFERENCES representative (id)
);
CREATE INDEX ix_invitation_measure_id ON invitation (measure_id);

-- Version by version: what an author wrote, restored with one press.
CREATE TABLE draft_version (
    measure_id UUID NOT NULL,
    number INTEGER NOT NULL,
    words JSONB NOT NULL,
    checklist JSONB NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_draft_version PRIMARY KEY (measure_id, number),
    CONSTRAINT fk_draft_version_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
