CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
CREATE TABLE public.n8n_vectors (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    text text,
    metadata jsonb,
    embedding public.vector
);
INSERT INTO public.n8n_vectors VALUES
	('fd543438-0ca5-411f-869c-7c15261f1e17', 'For a billing in Zürich we rewrote the ledger in Rust.
It took 2 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.017594,0.016217,-0.250339,0.013269,-0.248079,0.009042,-0.249848,-0.250732,0.527413,0.261937,0.015038,0.273142,0.509033,0.008846,0.262232,0.010025]'),
	('9d34fdd8-0c6e-449a-a153-e1a3d22e43b2', 'For a logistics in Basel we rewrote the ledger in Rust.
It took 3 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.347492,0.013423,-0.313119,0.349875,0.015556,0.018315,-0.312868,-0.29518,0.337079,0.331183,0.023961,0.353011,0.349875,0.031237,0.029104,0.016936]'),
	('e194e8a7-f30a-4033-971f-94da00d3fdb4', 'For a hospital in Basel we rewrote the ledger in Rust.
It took 4 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.278325,0.025478,-0.248762,0.287893,0.013868,0.025478,-0.253384,-0.27209,0.565465,0.294881,-0.2708,0.015695,0.281335,0.00172,0.280368,0.000323]'),
	('d49b77c6-9b1d-49f1-991c-646940fdeca5', 'For a school in Zürich we rewrote the ledger in Rust.
It took 5 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.016283,0.007892,-0.250838,0.019879,0.011888,0.004795,-0.494683,-0.236653,0.52595,0.265922,0.008991,0.264424,0.273015,0.020479,0.272415,0.262626]'),
	('78a81800-6c75-4e8f-b0f9-76d50a640a82', 'For a brewery in Basel we rewrote the ledger in Rust.
It took 6 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.279223,0.023295,-0.249815,0.28365,0.023611,-0.254242,-0.258564,0.007378,0.556128,0.287551,0.012227,0.291872,0.283229,0.024981,0.296721,0.018235]'),
	('6cb02d82-fff1-49f6-a21b-ecd51c2c1cd6', 'For a harbour in Basel we rewrote the ledger in Rust.
It took 7 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.29571,0.020104,-0.26465,0.295817,0.016381,0.004361,-0.250822,-0.246461,0.552382,0.002978,0.281244,0.294646,0.28135,0.006701,0.283158,0.015211]'),
	('ec31a2b7-82f3-4ef3-a6be-13e08e88c2b4', 'For a museum in Zürich we rewrote the ledger in Rust.
It took 8 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.021588,0.005676,-0.231415,0.002326,0.007258,0.019913,-0.22639,-0.220714,0.477624,0.494466,0.00093,0.260353,0.496699,0.019075,0.240627,0.012096]'),
	('6e636f89-6266-496b-94b9-3d82fb8ba62e', 'For a bakery in Basel we rewrote the ledger in Rust.
It took 9 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.281986,0.009516,-0.268135,0.285263,0.291819,0.009727,-0.246777,-0.269404,0.555936,0.00793,0.016388,0.286426,0.279025,0.011948,0.280823,0.009833]'),
	('e1ab677f-0c4b-43f3-bdff-796e71a7d927', 'For a billing in Basel we moved the warehouse to Postgres.
It took 10 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.004837,0.016373,0.014326,0.239264,0.016931,0.007814,0.016187,-0.224566,0.261683,0.477784,-0.230892,0.239729,0.488854,0.021117,0.494156,0.008093]'),
	('4b0de812-610d-4a4e-be79-c8edf5e45e3a', 'For a logistics in Zürich we moved the warehouse to Postgres.
It took 11 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.261876,0.011707,0.024574,0.011391,0.004957,0.016875,0.025207,-0.248693,0.025734,0.557291,0.023308,0.289298,0.294677,0.025101,0.564779,-0.256603]'),
	('398ca6af-32e6-4aa4-8cdc-9c6e65f2af3d', 'For a hospital in Basel we moved the warehouse to Postgres.
It took 12 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.019799,0.003608,0.019799,0.250627,0.008604,0.01323,0.00148,-0.233419,0.254883,0.486082,-0.232124,0.482752,0.243781,0.023314,0.483122,0.010084]'),
	('ebc2ac18-73f5-44f8-9f56-9a9a5b4fa1f3', 'For a school in Basel we moved the warehouse to Postgres.
It took 13 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.000981,0.004809,0.021688,0.252115,0.01266,0.005692,-0.248582,-0.237198,0.251919,0.527488,0.021786,0.267032,0.268209,0.014622,0.525427,-0.236609]'),
	('a6479767-b995-4696-9ac0-31e272f18f36', 'For a brewery in Zürich we moved the warehouse to Postgres.
It took 14 weeks, "on time".', '{"city": "Zürich", "years": 2, "source": "blob", "blobType": "text/plain"}', '[-0.231331,0.021815,0.003984,0.01233,0.015934,-0.472905,0.004078,-0.219285,0.243471,0.495668,0.002845,0.252197,0.255991,0.019918,0.489218,0.003035]'),
	('3027d56f-8e6d-4f49-9eb7-f1e45e6703ca', 'For a harbour in Basel we moved the warehouse to Postgres.
It took 15 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.013766,0.009903,0.014261,0.273825,0.023867,0.011191,-0.238371,-0.235995,0.257881,0.519624,0.277489,0.257782,0.259663,0.021589,0.513286,0.001585]'),
	('c01b7617-ab6a-475d-ae7d-b980a6639df2', 'For a museum in Basel we moved the warehouse to Postgres.
It took 16 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.022089,-0.202291,0.01816,0.228396,0.015453,0.007596,0.011001,-0.222371,0.231975,0.688941,0.022089,0.224467,0.240269,0.003929,0.468141,0.002008]'),
	('923f172e-a64e-4d41-beee-fbca0f366732', 'For a bakery in Zürich we moved the warehouse to Postgres.
It took 17 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[-0.243551,0.02294,0.004588,0.001171,0.268443,0.25546,0.013373,-0.238963,0.260731,0.518632,0.020597,0.261512,0.268833,0.010738,0.516777,0.017668]'),
	('78388297-9972-4f0e-a4f7-e6a49d95c2ee', 'For a billing in Basel we planned the network.
It took 18 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.268305,0.002677,0.023896,0.274154,0.021913,0.016063,-0.234097,-0.239551,0.271973,0.258885,0.009519,0.528776,0.514697,0.007436,-0.231718,0.001785]'),
	('15d2d69c-9320-4eaf-9052-3bb0950ded96', 'For a logistics in Basel we planned the network.
It took 19 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.305325,0.006516,0.016232,0.316642,-0.270803,0.009602,-0.285206,-0.28795,0.012574,0.315956,0.022519,0.61065,0.306811,0.009831,0.01086,0.028121]'),
	('116a6d61-9845-4831-89c5-9eeeca3aec4a', 'For a hospital in Zürich we planned the network.
It took 20 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.01885,0.002891,0.003007,0.016306,0.028448,-0.294426,-0.277079,-0.284712,0.317785,0.307609,-0.267943,0.620884,0.316976,0.011217,0.021394,0.008558]'),
	('e80e0b8b-34e9-42ef-ac45-8a13d8b98075', 'For a school in Basel we planned the network.
It took 21 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.278199,0.005566,0.02127,0.270049,0.008051,0.002882,-0.495868,-0.234466,0.264085,0.269452,0.008448,0.527276,0.271738,0.015207,0.011033,-0.231584]'),
	('a853f74f-1749-49b3-9551-e9cae21d408c', 'For a brewery in Basel we planned the network.
It took 22 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.274636,0.008564,0.02077,0.261249,0.017522,-0.229159,-0.236739,-0.233293,0.526141,0.271979,0.021754,0.51797,0.269616,0.014962,0.006398,0.002559]'),
	('d83bd1b5-2b87-4991-a135-377f0ae6500f', 'For a harbour in Zürich we planned the network.
It took 23 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.005148,0.002106,0.015093,-0.286642,0.008658,0.019187,-0.292375,-0.271198,0.313902,0.30384,0.309339,0.615637,0.303255,0.019187,0.004563,0.01404]'),
	('cc91b316-55b0-4f98-9027-a5776bae0205', 'For a museum in Basel we planned the network.
It took 24 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.275594,0.003446,0.270966,0.274609,0.002658,0.009945,-0.2304,-0.250683,0.25216,0.510621,0.001575,0.511409,0.27008,0.015163,0.000788,0.011717]'),
	('5a3e7880-ee98-4ebf-bea2-35ac1de17f54', 'For a bakery in Basel we planned the network.
It took 25 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.305021,0.01834,0.014064,0.314022,0.303783,0.018227,-0.265304,0.000113,0.305134,0.297258,0.014514,0.601716,0.316722,0.013164,0.018227,0.015977]'),
	('7b5d98be-01d4-4b62-a3c2-1948ca91794d', 'For a billing in Zürich we trained the staff.
It took 26 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.267207,0.000635,0.014704,-0.259379,0.018089,0.288258,-0.246685,-0.268265,0.296086,0.295874,0.01354,0.277151,0.564456,0.022109,0.019993,-0.270486]'),
	('9cb2a5bb-964e-4325-b70f-fe3447c74540', 'For a logistics in Basel we trained the staff.
It took 27 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.039502,0.031364,0.008307,0.000509,0.028651,0.45164,-0.395694,0.035433,0.018649,0.463846,0.026956,0.453505,0.459269,0.039841,0.010003,0.015767]'),
	('2aacd2c2-6e54-4792-944e-52fc89c34347', 'For a hospital in Basel we trained the staff.
It took 28 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.020721,0.025755,0.000468,0.024233,0.027979,0.305078,-0.271831,-0.295127,0.303088,0.610273,-0.292317,0.319594,0.302502,0.008897,0.001054,0.000702]'),
	('8f2544f7-ceb0-4d81-a69a-abe348af714f', 'For a school in Zürich we trained the staff.
It took 29 weeks, "on time".', '{"city": "Zürich", "years": 2, "source": "blob", "blobType": "text/plain"}', '[-0.276001,0.02134,0.029828,-0.275648,0.027353,0.007663,-0.603053,-0.30076,0.309013,0.319624,0.020279,0.316676,0.30359,0.018156,0.019335,0.018628]'),
	('3d0b7669-03cf-40ff-896e-c601c0293fec', 'For a brewery in Basel we trained the staff.
It took 30 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.000436,0.009307,-0.36837,0.008144,0.019633,0.003636,-0.342774,-0.353391,0.382476,0.404145,0.03403,0.37855,0.407054,0.03563,0.018179,0.000582]'),
	('b9fe9a3a-b300-4688-b3b6-924db38e20ba', 'For a harbour in Basel we trained the staff.
It took 31 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.014399,0.012403,0.017393,0.002851,0.002851,0.376225,-0.330319,-0.358262,0.388485,0.400318,0.393475,0.036069,0.389911,0.028085,0.012688,0.005845]'),
	('91cc36b2-9c3e-43aa-a432-06e7e82a12a0', 'For a museum in Zürich we trained the staff.
It took 32 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[-0.265709,0.026741,-0.24877,-0.259317,0.005007,0.291705,-0.268053,-0.248024,0.299696,0.572543,0.024184,0.275724,0.292877,0.013317,0.016407,0.024717]'),
	('cdc16898-1acd-4163-b5f4-c5428de11673', 'For a bakery in Basel we trained the staff.
It took 33 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.011923,0.006251,0.005325,0.020373,0.306989,0.303516,-0.574273,-0.292288,0.307336,0.324352,0.027666,0.306641,0.320301,0.010418,0.007408,0.024078]'),
	('296ecbda-b322-4d60-95a2-e084b98d1a70', 'For a billing in Basel we measured the engines.
It took 34 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.015515,0.307041,0.005133,0.310541,0.011316,0.010033,0.00245,-0.284643,0.302958,0.308791,-0.290009,0.305991,0.601134,0.027064,0.001633,0.028231]'),
	('165ff866-fa40-4d02-bb35-f880c1bbc5d3', 'For a logistics in Zürich we measured the engines.
It took 35 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[-0.301852,0.354854,0.004525,0.032706,0.008273,0.022493,-0.314779,-0.310513,0.024691,0.361576,-0.326026,0.361446,0.333136,0.001422,0.017969,-0.325896]'),
	('103d6f90-2aa2-4b8c-a51d-cf3f36f142c1', 'For a hospital in Basel we measured the engines.
It took 36 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.0003,0.276247,0.019203,0.257144,0.014803,0.014502,-0.505786,-0.247042,0.273347,0.265745,-0.496785,0.263645,0.278747,0.020403,0.008001,0.009702]'),
	('567596b8-a33c-43c7-a0c7-7cb6b597fa75', 'For a school in Basel we measured the engines.
It took 37 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.008797,0.32456,0.01852,0.301178,0.012154,0.027664,-0.571568,-0.288215,0.321319,0.309628,0.021298,0.296549,0.322939,0.017478,0.022224,0.016205]'),
	('e657e3ac-14a1-4275-abf8-8c773765c33d', 'For a brewery in Zürich we measured the engines.
It took 38 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[-0.276008,0.323911,0.026626,0.027339,0.003091,-0.290034,-0.287657,-0.294551,0.315947,0.317136,-0.278385,0.305605,0.31773,0.008796,-0.301564,0.023417]'),
	('72cd670e-12ba-4ca7-9ca7-65777ea6a138', 'For a harbour in Basel we measured the engines.
It took 39 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.00316,0.300321,0.00474,0.307883,0.015349,0.024152,-0.282828,-0.28723,0.316009,0.290051,0.003047,0.605157,0.317702,0.018961,0.008465,0.00948]'),
	('0081e83d-ad49-47e7-a85c-1e2fa3f1bb1a', 'For a museum in Basel we measured the engines.
It took 40 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.00351,0.295058,0.017657,0.277933,0.023932,-0.255171,-0.246768,-0.259745,0.284634,0.570119,-0.262829,0.283464,0.290803,0.024145,0.019039,0.018082]'),
	('6417e323-204e-4309-86b9-6c762456eef6', 'For a bakery in Zürich we measured the engines.
It took 41 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.283753,0.32097,0.011558,0.001734,0.312071,0.027971,-0.287798,-0.28803,0.320739,0.317156,-0.28121,0.313573,0.312764,-0.271386,0.005086,0.000347]');
ALTER TABLE ONLY public.n8n_vectors
    ADD CONSTRAINT n8n_vectors_pkey PRIMARY KEY (id);
