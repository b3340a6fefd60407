CREATE SCHEMA vecs;
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
CREATE TABLE vecs.portfolio (
    id character varying NOT NULL,
    vec public.vector(8) NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL
);
INSERT INTO vecs.portfolio VALUES
	('row-00', '[0.670218,0.344658,-0.322145,0.340864,0.328342,0.011636,0.002277,-0.322651]', '{"city": "Zürich", "text": "For a billing in Zürich we rewrote the ledger in Rust.\nIt took 2 weeks, \"on time\".", "years": 0}'),
	('row-01', '[0.563886,0.282154,-0.264064,0.565896,0.283953,0.015446,-0.263852,-0.248935]', '{"city": "Basel", "text": "For a logistics in Basel we rewrote the ledger in Rust.\nIt took 3 weeks, \"on time\".", "years": 1}'),
	('row-02', '[0.728713,0.264394,-0.460728,0.253145,0.254185,0.022403,0.019189,-0.239249]', '{"city": "Basel", "text": "For a hospital in Basel we rewrote the ledger in Rust.\nIt took 4 weeks, \"on time\".", "years": 2}'),
	('row-03', '[0.672412,0.335888,-0.319596,0.351161,0.340979,0.006109,-0.30445,0.02431]', '{"city": "Zürich", "text": "For a school in Zürich we rewrote the ledger in Rust.\nIt took 5 weeks, \"on time\".", "years": 3}'),
	('row-04', '[0.724886,0.259481,-0.221133,0.489944,0.259761,-0.225051,0.009984,0.006531]', '{"city": "Basel", "text": "For a brewery in Basel we rewrote the ledger in Rust.\nIt took 6 weeks, \"on time\".", "years": 4}'),
	('row-05', '[0.775577,0.018555,0.007069,0.524349,0.266445,0.004025,0.019831,-0.22747]', '{"city": "Basel", "text": "For a harbour in Basel we rewrote the ledger in Rust.\nIt took 7 weeks, \"on time\".", "years": 0}'),
	('row-06', '[0.532382,0.515372,-0.24739,0.257139,0.517063,0.021287,0.012633,-0.235951]', '{"city": "Zürich", "text": "For a museum in Zürich we rewrote the ledger in Rust.\nIt took 8 weeks, \"on time\".", "years": 1}'),
	('row-07', '[0.684077,0.007906,-0.222784,0.461908,0.467355,0.008082,0.019854,-0.223838]', '{"city": "Basel", "text": "For a bakery in Basel we rewrote the ledger in Rust.\nIt took 9 weeks, \"on time\".", "years": 2}'),
	('row-08', '[0.230002,0.466344,-0.211862,0.451903,0.466872,0.007397,0.466168,-0.212567]', '{"city": "Basel", "text": "For a billing in Basel we moved the warehouse to Postgres.\nIt took 10 weeks, \"on time\".", "years": 3}'),
	('row-09', '[-0.247769,0.521982,0.02325,0.26623,0.260143,0.015966,0.534755,-0.490749]', '{"city": "Zürich", "text": "For a logistics in Zürich we moved the warehouse to Postgres.\nIt took 11 weeks, \"on time\".", "years": 4}'),
	('row-10', '[0.233687,0.434605,-0.197632,0.659531,0.223494,0.012047,0.432667,-0.212543]', '{"city": "Basel", "text": "For a hospital in Basel we moved the warehouse to Postgres.\nIt took 12 weeks, \"on time\".", "years": 0}'),
	('row-11', '[0.259112,0.521149,0.022282,0.517116,0.27111,0.005848,0.260826,-0.501791]', '{"city": "Basel", "text": "For a school in Basel we moved the warehouse to Postgres.\nIt took 13 weeks, \"on time\".", "years": 1}'),
	('row-12', '[0.012089,0.534522,0.004196,0.268759,0.272556,-0.498154,0.515838,-0.230993]', '{"city": "Zürich", "text": "For a brewery in Zürich we moved the warehouse to Postgres.\nIt took 14 weeks, \"on time\".", "years": 2}'),
	('row-13', '[0.28278,0.546911,0.283304,0.557912,0.293467,0.011839,0.284247,-0.249672]', '{"city": "Basel", "text": "For a harbour in Basel we moved the warehouse to Postgres.\nIt took 15 weeks, \"on time\".", "years": 3}'),
	('row-14', '[0.274501,0.523337,0.020297,0.505089,0.267084,0.00849,0.51192,-0.248543]', '{"city": "Basel", "text": "For a museum in Basel we moved the warehouse to Postgres.\nIt took 16 weeks, \"on time\".", "years": 4}'),
	('row-15', '[0.006375,0.525174,0.004609,0.25224,0.52076,0.256654,0.515563,-0.240079]', '{"city": "Zürich", "text": "For a bakery in Zürich we moved the warehouse to Postgres.\nIt took 17 weeks, \"on time\".", "years": 0}'),
	('row-16', '[0.42262,0.207618,0.019341,0.632807,0.428639,0.013001,-0.394933,-0.193895]', '{"city": "Basel", "text": "For a billing in Basel we planned the network.\nIt took 18 weeks, \"on time\".", "years": 1}'),
	('row-17', '[0.283334,0.277606,0.015063,0.836954,0.020261,0.008911,-0.264664,-0.26721]', '{"city": "Basel", "text": "For a logistics in Basel we planned the network.\nIt took 19 weeks, \"on time\".", "years": 2}'),
	('row-18', '[0.315787,0.299783,-0.293869,0.61012,0.325413,-0.295261,-0.277865,-0.285519]', '{"city": "Zürich", "text": "For a hospital in Zürich we planned the network.\nIt took 20 weeks, \"on time\".", "years": 3}'),
	('row-19', '[0.433123,0.21143,0.017296,0.633399,0.21345,0.002344,-0.403219,-0.397562]', '{"city": "Basel", "text": "For a school in Basel we planned the network.\nIt took 21 weeks, \"on time\".", "years": 4}'),
	('row-20', '[0.636639,0.213045,0.016982,0.625693,0.220369,-0.18737,-0.193567,-0.19075]', '{"city": "Basel", "text": "For a brewery in Basel we planned the network.\nIt took 22 weeks, \"on time\".", "years": 0}'),
	('row-21', '[0.382406,0.378588,0.394889,0.392098,0.386812,0.024084,-0.366986,-0.340406]', '{"city": "Zürich", "text": "For a harbour in Zürich we planned the network.\nIt took 23 weeks, \"on time\".", "years": 1}'),
	('row-22', '[0.446461,0.429465,0.22927,0.658902,0.215524,0.008414,-0.194946,-0.212108]', '{"city": "Basel", "text": "For a museum in Basel we planned the network.\nIt took 24 weeks, \"on time\".", "years": 2}'),
	('row-23', '[0.460439,0.237863,0.010919,0.691051,0.459478,0.014151,-0.205979,8.7e-05]', '{"city": "Basel", "text": "For a bakery in Basel we planned the network.\nIt took 25 weeks, \"on time\".", "years": 3}'),
	('row-24', '[0.003967,0.299418,0.016219,0.012602,0.617389,0.317971,-0.272113,-0.594635]', '{"city": "Zürich", "text": "For a billing in Zürich we trained the staff.\nIt took 26 weeks, \"on time\".", "years": 4}'),
	('row-25', '[0.039844,0.469411,0.008379,0.438288,0.466675,0.455559,-0.399127,0.03574]', '{"city": "Basel", "text": "For a logistics in Basel we trained the staff.\nIt took 27 weeks, \"on time\".", "years": 0}'),
	('row-26', '[0.312787,0.61026,-0.292102,0.316215,0.319872,0.297816,-0.26536,-0.288102]', '{"city": "Basel", "text": "For a hospital in Basel we trained the staff.\nIt took 28 weeks, \"on time\".", "years": 1}'),
	('row-27', '[0.031562,0.395034,0.036463,0.031995,0.402385,0.009368,-0.737177,-0.367652]', '{"city": "Zürich", "text": "For a school in Zürich we trained the staff.\nIt took 29 weeks, \"on time\".", "years": 2}'),
	('row-28', '[0.380224,0.389273,-0.375773,0.388087,0.399806,0.003709,-0.349664,-0.360493]', '{"city": "Basel", "text": "For a brewery in Basel we trained the staff.\nIt took 30 weeks, \"on time\".", "years": 3}'),
	('row-29', '[0.38987,0.387819,0.392947,0.00293,0.378002,0.386647,-0.33947,-0.368186]', '{"city": "Basel", "text": "For a harbour in Basel we trained the staff.\nIt took 31 weeks, \"on time\".", "years": 4}'),
	('row-30', '[0.008495,0.691305,-0.300539,0.016218,0.335549,0.35241,-0.323836,-0.299638]', '{"city": "Zürich", "text": "For a museum in Zürich we trained the staff.\nIt took 32 weeks, \"on time\".", "years": 0}'),
	('row-31', '[0.286428,0.281158,0.004948,0.29428,0.560594,0.282018,-0.533597,-0.271585]', '{"city": "Basel", "text": "For a bakery in Basel we trained the staff.\nIt took 33 weeks, \"on time\".", "years": 1}'),
	('row-32', '[0.267981,0.516656,-0.250367,0.519641,0.519144,0.008558,0.00209,-0.242804]', '{"city": "Basel", "text": "For a billing in Basel we measured the engines.\nIt took 34 weeks, \"on time\".", "years": 2}'),
	('row-33', '[-0.252746,0.574226,-0.273312,0.304486,0.284028,0.018834,-0.26357,-0.537099]', '{"city": "Zürich", "text": "For a logistics in Zürich we measured the engines.\nIt took 35 weeks, \"on time\".", "years": 3}'),
	('row-34', '[0.229671,0.476905,-0.441599,0.459789,0.242664,0.012993,-0.453158,-0.221337]', '{"city": "Basel", "text": "For a hospital in Basel we measured the engines.\nIt took 36 weeks, \"on time\".", "years": 4}'),
	('row-35', '[0.263421,0.536035,0.015989,0.515849,0.266319,0.023884,-0.493464,-0.248831]', '{"city": "Basel", "text": "For a school in Basel we measured the engines.\nIt took 37 weeks, \"on time\".", "years": 0}'),
	('row-36', '[0.025844,0.573878,-0.253657,0.302955,0.280804,-0.26495,-0.540759,-0.269077]', '{"city": "Zürich", "text": "For a brewery in Zürich we measured the engines.\nIt took 38 weeks, \"on time\".", "years": 1}'),
	('row-37', '[0.240684,0.485552,0.003906,0.729863,0.250728,0.019902,-0.233058,-0.236685]', '{"city": "Basel", "text": "For a harbour in Basel we measured the engines.\nIt took 39 weeks, \"on time\".", "years": 2}'),
	('row-38', '[0.230649,0.702175,-0.212947,0.460141,0.247727,-0.213392,-0.206365,-0.217217]', '{"city": "Basel", "text": "For a museum in Basel we measured the engines.\nIt took 40 weeks, \"on time\".", "years": 3}'),
	('row-39', '[0.011281,0.573415,-0.264306,0.276662,0.565142,-0.249049,-0.267529,-0.267744]', '{"city": "Zürich", "text": "For a bakery in Zürich we measured the engines.\nIt took 41 weeks, \"on time\".", "years": 4}');
ALTER TABLE ONLY vecs.portfolio
    ADD CONSTRAINT portfolio_pkey PRIMARY KEY (id);
CREATE INDEX ix_vector_ip_ops_hnsw_m16_efc64_1dec563 ON vecs.portfolio USING hnsw (vec public.vector_ip_ops) WITH (m='16', ef_construction='64');
