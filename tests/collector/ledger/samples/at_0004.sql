BEGIN TRANSACTION;
CREATE TABLE agent (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	system VARCHAR(200), 
	version VARCHAR(200), 
	enrolled_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	last_seen_at BIGINT, 
	clock_offset_ms BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_agent PRIMARY KEY (id), 
	CONSTRAINT uq_agent_name UNIQUE (name), 
	CONSTRAINT uq_agent_token_hash UNIQUE (token_hash)
);
INSERT INTO "agent" VALUES(1,'PC Anna','871863f66fbe4c0a176832cb791501932c70227de72bd0fb18e4d84b3df3cfff',NULL,NULL,1795000000000,NULL,NULL,0);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE alert (
	id INTEGER NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	intervention_id INTEGER NOT NULL, 
	session_id VARCHAR(32), 
	kind VARCHAR(20) NOT NULL, 
	n BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	made_at BIGINT NOT NULL, 
	late BOOLEAN NOT NULL, 
	confirmed BOOLEAN NOT NULL, 
	told TEXT NOT NULL, 
	acknowledged_by VARCHAR(200), 
	acknowledged_at BIGINT, 
	CONSTRAINT pk_alert PRIMARY KEY (id), 
	CONSTRAINT fk_alert_intervention_id FOREIGN KEY(intervention_id) REFERENCES intervention (id), 
	CONSTRAINT fk_alert_session_id FOREIGN KEY(session_id) REFERENCES session (id), 
	CONSTRAINT uq_alert_key UNIQUE ("key")
);
CREATE TABLE audit (
	n INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	"by" VARCHAR(200) NOT NULL, 
	what VARCHAR(40) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (n)
);
INSERT INTO "audit" VALUES(1,1795000000000,'mezzora','tariff-kept','tariff','dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064',NULL,'{"id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","text":"# The price list of the service terms, and an example of every key.\n#\n# Copy this file, change the copy, and name it with --tariff (mezzora up, serve and rate take it).\n# Prices are euro without VAT, as text, with a point and at most two decimals: \"45.00\".\n# Lengths are text, a whole number and its unit: \"30s\", \"20m\", \"1h\". A key that is not in this\n# file is refused by its name. Keys that stand behind a # may be left out.\n\n# Shown where the list is named.\nname = \"Service terms\"\n\n# From the first instant of this day in the firm''s time zone (Europe/Rome) the list holds for the\n# interventions opened from then on; older ones keep their prices. Without it, as here, the list\n# holds for every instant before the next list begins.\n# first_day = 2026-10-01\n\n# Percent, as text. Italian VAT; the prices below do not include it.\nvat_rate = \"22\"\n\n# \"intervention\": the cap counts all connections of one intervention together, as the terms price\n# the intervention and say that it may take several contacts. \"connection\": each connection anew.\ncap_applies_to = \"intervention\"\n\n# What a technician declares by hand (work by telephone, say) is connection time too, and marked as declared.\n# declared_time_counts = false counts only what was observed.\n# declared_time_counts = true\n\n# How long before the cap technician and supervisor are warned. A mark that is not ahead any more\n# when the session starts is skipped. [] warns of nothing.\nwarn_before = [\"5m\", \"1m\"]\n\n# An occasional intervention for a customer with a maintenance contract in force.\n[services.contract]\ncap = \"20m\"       # the connection time that the price includes\nprice = \"45.00\"\n\n# A single occasional intervention on a previous version; no contract is asked for.\n[services.previous-version]\ncap = \"30m\"\nprice = \"160.00\"\n\n# What connection time beyond the cap costs, by the unit begun: at the cap none has begun, one\n# second later the first.\n[overtime]\nunit = \"30m\"\nprice = \"35.00\"\nneeds_contract = true   # sold only while a maintenance contract is in force\ncourtesy = \"0s\"         # after the cap; no unit begins in it, once it is passed counting is from the cap\n\n# Recovery of files where there was no working backup is a service of its own. The terms name no\n# price, so it is \"to be agreed\" until one stands here.\n[file-recovery]\n# price = \"120.00\"\n\n# What is done is decided before what the customer may buy. Exempt work is always supported and\n# never charged or capped; excluded work is not covered, is charged nothing and waits for a\n# decision. Everything else is the ordinary intervention. Names: small letters, digits, dashes.\n[categories]\nexempt = [\"download\", \"defective-media\", \"installation\", \"activation\"]\nexcluded = [\n  \"network\",\n  \"shared-disks\",\n  \"user-profiles\",\n  \"e-mail\",            # setting up the customer''s mail, not the support that is given by mail\n  \"other-software\",\n  \"operating-system\",\n  \"software-updates\",\n]\n"}','96d76d6b8606fb29c78f2b23ee27e2aa851121f0394363e4dec47755ba23b11e');
INSERT INTO "audit" VALUES(2,1795000000000,'mezzora','created','customer','1',NULL,'{"contract_from_day":"2020-01-01","id":1,"made_at":1795000000000,"name":"Studio Bianchi","version":"current"}','67efd4c0a034492db88ef64bf618bcb67ec19a237f3581d5836823f0e87bc5e5');
INSERT INTO "audit" VALUES(3,1795000000000,'mezzora','peer','customer','1','{"contract_from_day":"2020-01-01","id":1,"made_at":1795000000000,"name":"Studio Bianchi","version":"current"}','{"contract_from_day":"2020-01-01","id":1,"made_at":1795000000000,"name":"Studio Bianchi","peers":[["teamviewer","123 456 789"]],"version":"current"}','dc086743e1db3ff9f7b6e6f29ea4e14ecbca577282ab2e369abac0389d5c3257');
INSERT INTO "audit" VALUES(4,1795000000000,'mezzora','peer','customer','1','{"contract_from_day":"2020-01-01","id":1,"made_at":1795000000000,"name":"Studio Bianchi","peers":[["teamviewer","123 456 789"]],"version":"current"}','{"contract_from_day":"2020-01-01","id":1,"made_at":1795000000000,"name":"Studio Bianchi","peers":[["teamviewer","123 456 789"],["tigervnc","192.0.2.7:5900"]],"version":"current"}','7c03cbc8effba1c0bdd817c0c89e6d482063fdfbaf6fc86a12388f658fd529f4');
INSERT INTO "audit" VALUES(5,1795000000000,'mezzora','created','customer','2',NULL,'{"id":2,"made_at":1795000000000,"name":"Però S.r.l.","version":"current"}','00fa5166c6e36445175612e340e37cfaf5ac03c8721b1b643edf2ab9da7e1695');
INSERT INTO "audit" VALUES(6,1795000000000,'mezzora','created','customer','3',NULL,'{"contract_from_day":"2020-01-01","contract_until_day":"2030-12-31","id":3,"made_at":1795000000000,"name":"Studio Verdi","version":"current"}','5414c172fad0fbf7c17e8bf96bf582c76169e52c56849cb908c1bfe585d3e25b');
INSERT INTO "audit" VALUES(7,1795000000000,'mezzora','peer','customer','3','{"contract_from_day":"2020-01-01","contract_until_day":"2030-12-31","id":3,"made_at":1795000000000,"name":"Studio Verdi","version":"current"}','{"contract_from_day":"2020-01-01","contract_until_day":"2030-12-31","id":3,"made_at":1795000000000,"name":"Studio Verdi","peers":[["teamviewer","123456789"]],"version":"current"}','1b8b5dc58666794ce6b7b67339e3303c02b4cf4d83bf107df0bbbbda2159f55f');
INSERT INTO "audit" VALUES(8,1795000000000,'mezzora','opened','intervention','1',NULL,'{"contract":true,"customer_id":1,"id":1,"opened_at":1794998700000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','53a9ead286dcc5d45ef7802743731fb2b807f3f7ff3315ec1822dd1b61d41604');
INSERT INTO "audit" VALUES(9,1795000000000,'agent 1','began','session','11111111111111111111111111111111',NULL,'{"agent":1,"credits":[[0,1]],"stretches":[[1794998700000,1300000]]}','2c09b36be5c37b95ae56c3e2bda035c10f8f7a585ec7a1781d2ccd68d203d7eb');
INSERT INTO "audit" VALUES(10,1795000000000,'Laura','overtime-agreed','intervention','1','{"contract":true,"customer_id":1,"id":1,"opened_at":1794998700000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','{"agreed_at":1795000000000,"agreed_by":"Laura","agreed_how":"phone","contract":true,"customer_id":1,"decisions":[["overtime-agreed","Laura",1795000000000,"phone"]],"id":1,"opened_at":1794998700000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','66cf7fc38d422a7dddd8d6a59eb9c2a720be666322419cc4b2c326a3cbcb4df8');
INSERT INTO "audit" VALUES(11,1795000000000,'Laura','closed','intervention','1','{"agreed_at":1795000000000,"agreed_by":"Laura","agreed_how":"phone","contract":true,"customer_id":1,"decisions":[["overtime-agreed","Laura",1795000000000,"phone"]],"id":1,"opened_at":1794998700000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','{"agreed_at":1795000000000,"agreed_by":"Laura","agreed_how":"phone","closed_at":1795000000000,"contract":true,"customer_id":1,"decisions":[["overtime-agreed","Laura",1795000000000,"phone"],["closed","Laura",1795000000000,"solved"]],"id":1,"opened_at":1794998700000,"outcome":"solved","spans":[["11111111111111111111111111111111",1794998700000,1795000000000]],"state":"closed","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','d805c12926e7b319afbddc5942deb1c15bd56844fcf79cd326f71088e9f8ccac');
INSERT INTO "audit" VALUES(12,1795000000000,'mezzora','opened','intervention','2',NULL,'{"id":2,"opened_at":1794999400000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','08f1abd03d6b12ee511ce5688c065ca727df763eb0a506dc09659adeca2f6d44');
INSERT INTO "audit" VALUES(13,1795000000000,'agent 1','began','session','22222222222222222222222222222222',NULL,'{"agent":1,"credits":[[0,2]]}','92c80702c6e452110b1f8b8f13468b9c9f4d4cb42f18a2adfa4bac63d8861137');
INSERT INTO "audit" VALUES(14,1795000000000,'Laura','customer','intervention','2','{"id":2,"opened_at":1794999400000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','{"customer_id":2,"decisions":[["customer","Laura",1795000000000,"- > 2 Però S.r.l."]],"id":2,"opened_at":1794999400000,"state":"open","tariff_id":"dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064","version":"current"}','84b853e8d9d983cc4d66e7c30ada6a1ec759f6600c3cc7fdaaabddad268a6253');
INSERT INTO "audit" VALUES(15,1795000000000,'Laura','peer','customer','2','{"id":2,"made_at":1795000000000,"name":"Però S.r.l.","version":"current"}','{"id":2,"made_at":1795000000000,"name":"Però S.r.l.","peers":[["tigervnc","192.0.2.9:5900"]],"version":"current"}','751d9ab11e0a8907714949a660a869cac47265a3d8b0942bd73867d0a10db2e8');
CREATE TABLE billed (
	intervention_id INTEGER NOT NULL, 
	statement_id INTEGER NOT NULL, 
	as_of_at BIGINT NOT NULL, 
	lines TEXT NOT NULL, 
	CONSTRAINT pk_billed PRIMARY KEY (intervention_id, statement_id), 
	CONSTRAINT fk_billed_intervention_id FOREIGN KEY(intervention_id) REFERENCES intervention (id), 
	CONSTRAINT fk_billed_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
)
 WITHOUT ROWID

;
CREATE TABLE browser_session (
	hash VARCHAR(64) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_browser_session PRIMARY KEY (hash)
);
CREATE TABLE closed_month (
	month VARCHAR(7) NOT NULL, 
	closed_at BIGINT NOT NULL, 
	closed_by VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_closed_month PRIMARY KEY (month)
);
CREATE TABLE credit (
	session_id VARCHAR(32) NOT NULL, 
	from_at BIGINT NOT NULL, 
	intervention_id INTEGER NOT NULL, 
	CONSTRAINT pk_credit PRIMARY KEY (session_id, from_at), 
	CONSTRAINT fk_credit_intervention_id FOREIGN KEY(intervention_id) REFERENCES intervention (id), 
	CONSTRAINT fk_credit_session_id FOREIGN KEY(session_id) REFERENCES session (id)
)
 WITHOUT ROWID

;
INSERT INTO "credit" VALUES('11111111111111111111111111111111',0,1);
INSERT INTO "credit" VALUES('22222222222222222222222222222222',0,2);
CREATE TABLE customer (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	contract_from_day VARCHAR(10), 
	contract_until_day VARCHAR(10), 
	version VARCHAR(20) NOT NULL, 
	made_at BIGINT NOT NULL, 
	CONSTRAINT pk_customer PRIMARY KEY (id)
);
INSERT INTO "customer" VALUES(1,'Studio Bianchi','2020-01-01',NULL,'current',1795000000000);
INSERT INTO "customer" VALUES(2,'Però S.r.l.',NULL,NULL,'current',1795000000000);
INSERT INTO "customer" VALUES(3,'Studio Verdi','2020-01-01','2030-12-31','current',1795000000000);
CREATE TABLE decision (
	id INTEGER NOT NULL, 
	intervention_id INTEGER NOT NULL, 
	what VARCHAR(40) NOT NULL, 
	"by" VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	told TEXT NOT NULL, 
	CONSTRAINT pk_decision PRIMARY KEY (id), 
	CONSTRAINT fk_decision_intervention_id FOREIGN KEY(intervention_id) REFERENCES intervention (id)
);
INSERT INTO "decision" VALUES(1,1,'overtime-agreed','Laura',1795000000000,'phone');
INSERT INTO "decision" VALUES(2,1,'closed','Laura',1795000000000,'solved');
INSERT INTO "decision" VALUES(3,2,'customer','Laura',1795000000000,'- > 2 Però S.r.l.');
CREATE TABLE enrolment (
	code_hash VARCHAR(64) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	made_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_enrolment PRIMARY KEY (code_hash)
);
INSERT INTO "enrolment" VALUES('6559e2d665bf689201dd474533fe0f06d82a46a161f3f8515f1152605b6a416a','PC Anna',1795000000000,1795086400000,1795000000000);
CREATE TABLE intervention (
	id INTEGER NOT NULL, 
	customer_id INTEGER, 
	tariff_id VARCHAR(64) NOT NULL, 
	opened_at BIGINT NOT NULL, 
	contract BOOLEAN NOT NULL, 
	contract_until_day VARCHAR(10), 
	version VARCHAR(20) NOT NULL, 
	category VARCHAR(64), 
	state VARCHAR(10) NOT NULL, 
	outcome VARCHAR(20), 
	closed_at BIGINT, 
	agreed_by VARCHAR(200), 
	agreed_at BIGINT, 
	agreed_how VARCHAR(200), 
	CONSTRAINT pk_intervention PRIMARY KEY (id), 
	CONSTRAINT fk_intervention_customer_id FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT fk_intervention_tariff_id FOREIGN KEY(tariff_id) REFERENCES tariff (id)
);
INSERT INTO "intervention" VALUES(1,1,'dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064',1794998700000,1,NULL,'current',NULL,'closed','solved',1795000000000,'Laura',1795000000000,'phone');
INSERT INTO "intervention" VALUES(2,2,'dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064',1794999400000,0,NULL,'current',NULL,'open',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE peer (
	tool VARCHAR(64) NOT NULL, 
	peer VARCHAR(200) NOT NULL, 
	customer_id INTEGER NOT NULL, 
	CONSTRAINT pk_peer PRIMARY KEY (tool, peer), 
	CONSTRAINT fk_peer_customer_id FOREIGN KEY(customer_id) REFERENCES customer (id)
);
INSERT INTO "peer" VALUES('teamviewer','123 456 789',1);
INSERT INTO "peer" VALUES('tigervnc','192.0.2.7:5900',1);
INSERT INTO "peer" VALUES('teamviewer','123456789',3);
INSERT INTO "peer" VALUES('tigervnc','192.0.2.9:5900',2);
CREATE TABLE session (
	id VARCHAR(32) NOT NULL, 
	agent_id INTEGER NOT NULL, 
	tool VARCHAR(64) NOT NULL, 
	peer VARCHAR(200), 
	peer_name VARCHAR(200), 
	evidence VARCHAR(20) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	seq BIGINT NOT NULL, 
	marks TEXT NOT NULL, 
	first_seen_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	heard_at BIGINT NOT NULL, also VARCHAR(100) DEFAULT '' NOT NULL, start_unsure_ms BIGINT, end_unsure_ms BIGINT, 
	CONSTRAINT pk_session PRIMARY KEY (id), 
	CONSTRAINT fk_session_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);
INSERT INTO "session" VALUES('11111111111111111111111111111111',1,'tigervnc','192.0.2.7:5900',NULL,'socket','ended',1,'',1794998700000,1795000000000,1795000000000,'',NULL,NULL);
INSERT INTO "session" VALUES('22222222222222222222222222222222',1,'tigervnc','192.0.2.9:5900',NULL,'socket','live',2,'',1794999400000,1795000000000,1795000000000,'',NULL,NULL);
CREATE TABLE signin (
	hash VARCHAR(64) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_signin PRIMARY KEY (hash)
);
CREATE TABLE statement (
	id INTEGER NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	customer_id INTEGER NOT NULL, 
	customer_name VARCHAR(200) NOT NULL, 
	month VARCHAR(7) NOT NULL, 
	issued_at BIGINT NOT NULL, 
	issued_by VARCHAR(200) NOT NULL, 
	net_cents BIGINT NOT NULL, 
	vat_cents BIGINT NOT NULL, 
	gross_cents BIGINT NOT NULL, 
	credits_id INTEGER, 
	document TEXT NOT NULL, 
	CONSTRAINT pk_statement PRIMARY KEY (id), 
	CONSTRAINT fk_statement_credits_id FOREIGN KEY(credits_id) REFERENCES statement (id), 
	CONSTRAINT fk_statement_customer_id FOREIGN KEY(customer_id) REFERENCES customer (id), 
	CONSTRAINT uq_statement_credits_id UNIQUE (credits_id), 
	CONSTRAINT uq_statement_number UNIQUE (number)
);
CREATE TABLE statement_series (
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_statement_series PRIMARY KEY (year)
);
CREATE TABLE stretch (
	session_id VARCHAR(32) NOT NULL, 
	n INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	lasted_ms BIGINT NOT NULL, 
	CONSTRAINT pk_stretch PRIMARY KEY (session_id, n), 
	CONSTRAINT fk_stretch_session_id FOREIGN KEY(session_id) REFERENCES session (id)
)
 WITHOUT ROWID

;
INSERT INTO "stretch" VALUES('11111111111111111111111111111111',0,1794998700000,1300000);
INSERT INTO "stretch" VALUES('22222222222222222222222222222222',0,1794999400000,600000);
CREATE TABLE tariff (
	id VARCHAR(64) NOT NULL, 
	text TEXT NOT NULL, 
	first_day VARCHAR(10), 
	CONSTRAINT pk_tariff PRIMARY KEY (id)
);
INSERT INTO "tariff" VALUES('dd47dbd740626f854615a8d2711d15c6d3a959ae4ecf73d2aaa128f44eb71064','# The price list of the service terms, and an example of every key.
#
# Copy this file, change the copy, and name it with --tariff (mezzora up, serve and rate take it).
# Prices are euro without VAT, as text, with a point and at most two decimals: "45.00".
# Lengths are text, a whole number and its unit: "30s", "20m", "1h". A key that is not in this
# file is refused by its name. Keys that stand behind a # may be left out.

# Shown where the list is named.
name = "Service terms"

# From the first instant of this day in the firm''s time zone (Europe/Rome) the list holds for the
# interventions opened from then on; older ones keep their prices. Without it, as here, the list
# holds for every instant before the next list begins.
# first_day = 2026-10-01

# Percent, as text. Italian VAT; the prices below do not include it.
vat_rate = "22"

# "intervention": the cap counts all connections of one intervention together, as the terms price
# the intervention and say that it may take several contacts. "connection": each connection anew.
cap_applies_to = "intervention"

# What a technician declares by hand (work by telephone, say) is connection time too, and marked as declared.
# declared_time_counts = false counts only what was observed.
# declared_time_counts = true

# How long before the cap technician and supervisor are warned. A mark that is not ahead any more
# when the session starts is skipped. [] warns of nothing.
warn_before = ["5m", "1m"]

# An occasional intervention for a customer with a maintenance contract in force.
[services.contract]
cap = "20m"       # the connection time that the price includes
price = "45.00"

# A single occasional intervention on a previous version; no contract is asked for.
[services.previous-version]
cap = "30m"
price = "160.00"

# What connection time beyond the cap costs, by the unit begun: at the cap none has begun, one
# second later the first.
[overtime]
unit = "30m"
price = "35.00"
needs_contract = true   # sold only while a maintenance contract is in force
courtesy = "0s"         # after the cap; no unit begins in it, once it is passed counting is from the cap

# Recovery of files where there was no working backup is a service of its own. The terms name no
# price, so it is "to be agreed" until one stands here.
[file-recovery]
# price = "120.00"

# What is done is decided before what the customer may buy. Exempt work is always supported and
# never charged or capped; excluded work is not covered, is charged nothing and waits for a
# decision. Everything else is the ordinary intervention. Names: small letters, digits, dashes.
[categories]
exempt = ["download", "defective-media", "installation", "activation"]
excluded = [
  "network",
  "shared-disks",
  "user-profiles",
  "e-mail",            # setting up the customer''s mail, not the support that is given by mail
  "other-software",
  "operating-system",
  "software-updates",
]
',NULL);
CREATE TABLE token (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	made_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_token PRIMARY KEY (id), 
	CONSTRAINT uq_token_hash UNIQUE (hash)
);
CREATE INDEX ix_intervention_customer_id ON intervention (customer_id);
CREATE INDEX ix_intervention_open ON intervention (customer_id) WHERE state = 'open';
CREATE INDEX ix_intervention_opened_at ON intervention (opened_at);
CREATE INDEX ix_peer_customer_id ON peer (customer_id);
CREATE INDEX ix_session_agent_id ON session (agent_id) WHERE state <> 'ended';
CREATE INDEX ix_session_first_seen_at ON session (first_seen_at);
CREATE INDEX ix_session_not_ended ON session (last_seen_at) WHERE state <> 'ended';
CREATE INDEX ix_session_peer ON session (tool, peer);
CREATE INDEX ix_alert_intervention_id ON alert (intervention_id);
CREATE INDEX ix_credit_intervention_id ON credit (intervention_id);
CREATE INDEX ix_decision_intervention_id ON decision (intervention_id);
CREATE INDEX ix_statement_customer_id ON statement (customer_id, month);
CREATE INDEX ix_statement_month ON statement (month);
CREATE INDEX ix_billed_statement_id ON billed (statement_id);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_subject ON audit (kind, subject, n);
COMMIT;
