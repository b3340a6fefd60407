CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
CREATE TABLE public.n8n_vector_collections (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    name character varying,
    cmetadata jsonb
);
CREATE TABLE public.n8n_vectors (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    text text,
    metadata jsonb,
    embedding public.vector,
    collection_id uuid
);
INSERT INTO public.n8n_vector_collections VALUES
	('b91f788a-d92f-496a-a91e-193a7122127f', 'elsewhere', NULL),
	('2b6adc60-4891-46f3-9913-65d3515ab04f', 'portfolio', NULL);
INSERT INTO public.n8n_vectors VALUES
	('5585d61f-c6bb-4536-ae8b-231f16e26bd8', 'For a billing in Zürich we rewrote the ledger in Rust.
It took 2 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.017594,0.016217,-0.250339,0.013269,-0.248079,0.009042,-0.249848,-0.250732,0.527413,0.261937,0.015038,0.273142,0.509033,0.008846,0.262232,0.010025]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('7acdbc4f-7c2e-4d08-aeb3-c33b7195cc8a', 'For a logistics in Basel we rewrote the ledger in Rust.
It took 3 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.347492,0.013423,-0.313119,0.349875,0.015556,0.018315,-0.312868,-0.29518,0.337079,0.331183,0.023961,0.353011,0.349875,0.031237,0.029104,0.016936]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('428eff14-e070-4adc-a327-01f4d1b4b5ed', 'For a hospital in Basel we rewrote the ledger in Rust.
It took 4 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.278325,0.025478,-0.248762,0.287893,0.013868,0.025478,-0.253384,-0.27209,0.565465,0.294881,-0.2708,0.015695,0.281335,0.00172,0.280368,0.000323]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('4d4e2fa1-e54d-4cf5-b81e-a974884c5a57', 'For a school in Zürich we rewrote the ledger in Rust.
It took 5 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.016283,0.007892,-0.250838,0.019879,0.011888,0.004795,-0.494683,-0.236653,0.52595,0.265922,0.008991,0.264424,0.273015,0.020479,0.272415,0.262626]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('fdaaff58-bf60-4a1f-9f78-300d9efbba64', 'For a brewery in Basel we rewrote the ledger in Rust.
It took 6 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.279223,0.023295,-0.249815,0.28365,0.023611,-0.254242,-0.258564,0.007378,0.556128,0.287551,0.012227,0.291872,0.283229,0.024981,0.296721,0.018235]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('ae2125c1-82e0-4fde-8b75-ce4f36292e7f', 'For a harbour in Basel we rewrote the ledger in Rust.
It took 7 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.29571,0.020104,-0.26465,0.295817,0.016381,0.004361,-0.250822,-0.246461,0.552382,0.002978,0.281244,0.294646,0.28135,0.006701,0.283158,0.015211]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('3a83e931-b037-458a-a168-6b7def40d7db', 'For a museum in Zürich we rewrote the ledger in Rust.
It took 8 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.021588,0.005676,-0.231415,0.002326,0.007258,0.019913,-0.22639,-0.220714,0.477624,0.494466,0.00093,0.260353,0.496699,0.019075,0.240627,0.012096]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('a5e99d00-6f55-496a-b745-2252fde758e6', 'For a bakery in Basel we rewrote the ledger in Rust.
It took 9 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.281986,0.009516,-0.268135,0.285263,0.291819,0.009727,-0.246777,-0.269404,0.555936,0.00793,0.016388,0.286426,0.279025,0.011948,0.280823,0.009833]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('7658d61d-6a0a-4a40-8da5-29410df24bce', 'For a billing in Basel we moved the warehouse to Postgres.
It took 10 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.004837,0.016373,0.014326,0.239264,0.016931,0.007814,0.016187,-0.224566,0.261683,0.477784,-0.230892,0.239729,0.488854,0.021117,0.494156,0.008093]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('666eec7a-c135-4145-9859-3c8d4f126a2f', 'For a logistics in Zürich we moved the warehouse to Postgres.
It took 11 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.261876,0.011707,0.024574,0.011391,0.004957,0.016875,0.025207,-0.248693,0.025734,0.557291,0.023308,0.289298,0.294677,0.025101,0.564779,-0.256603]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('835db70a-a434-4524-91d2-8013f2f8dee6', 'For a hospital in Basel we moved the warehouse to Postgres.
It took 12 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.019799,0.003608,0.019799,0.250627,0.008604,0.01323,0.00148,-0.233419,0.254883,0.486082,-0.232124,0.482752,0.243781,0.023314,0.483122,0.010084]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('b1610855-192f-4397-bbf3-9c1a73bbdccf', 'For a school in Basel we moved the warehouse to Postgres.
It took 13 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.000981,0.004809,0.021688,0.252115,0.01266,0.005692,-0.248582,-0.237198,0.251919,0.527488,0.021786,0.267032,0.268209,0.014622,0.525427,-0.236609]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('a6c3d6a5-ee5c-479e-a31e-9d83c427d754', 'For a brewery in Zürich we moved the warehouse to Postgres.
It took 14 weeks, "on time".', '{"city": "Zürich", "years": 2, "source": "blob", "blobType": "text/plain"}', '[-0.231331,0.021815,0.003984,0.01233,0.015934,-0.472905,0.004078,-0.219285,0.243471,0.495668,0.002845,0.252197,0.255991,0.019918,0.489218,0.003035]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('40991179-44c1-414e-9987-6dd2cbd3a61f', 'For a harbour in Basel we moved the warehouse to Postgres.
It took 15 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.013766,0.009903,0.014261,0.273825,0.023867,0.011191,-0.238371,-0.235995,0.257881,0.519624,0.277489,0.257782,0.259663,0.021589,0.513286,0.001585]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('655281bb-4fff-4cf8-a334-f4ff1f99e98a', 'For a museum in Basel we moved the warehouse to Postgres.
It took 16 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.022089,-0.202291,0.01816,0.228396,0.015453,0.007596,0.011001,-0.222371,0.231975,0.688941,0.022089,0.224467,0.240269,0.003929,0.468141,0.002008]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('9eb4bc59-e7a7-47d8-8ab2-81d974d3d30d', 'For a bakery in Zürich we moved the warehouse to Postgres.
It took 17 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[-0.243551,0.02294,0.004588,0.001171,0.268443,0.25546,0.013373,-0.238963,0.260731,0.518632,0.020597,0.261512,0.268833,0.010738,0.516777,0.017668]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('82fd76e3-713d-4b18-9b74-0dd5e3ec637e', 'For a billing in Basel we planned the network.
It took 18 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.268305,0.002677,0.023896,0.274154,0.021913,0.016063,-0.234097,-0.239551,0.271973,0.258885,0.009519,0.528776,0.514697,0.007436,-0.231718,0.001785]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('d2fd9d89-af3b-4432-8ffc-7603b7a524c2', 'For a logistics in Basel we planned the network.
It took 19 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.305325,0.006516,0.016232,0.316642,-0.270803,0.009602,-0.285206,-0.28795,0.012574,0.315956,0.022519,0.61065,0.306811,0.009831,0.01086,0.028121]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('f4c7c828-cf37-4e35-98b9-870ac0124055', 'For a hospital in Zürich we planned the network.
It took 20 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.01885,0.002891,0.003007,0.016306,0.028448,-0.294426,-0.277079,-0.284712,0.317785,0.307609,-0.267943,0.620884,0.316976,0.011217,0.021394,0.008558]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('b1681c26-7c24-4632-a27d-9e39d6dc2eb1', 'For a school in Basel we planned the network.
It took 21 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.278199,0.005566,0.02127,0.270049,0.008051,0.002882,-0.495868,-0.234466,0.264085,0.269452,0.008448,0.527276,0.271738,0.015207,0.011033,-0.231584]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('7cd49312-4874-4d2c-84aa-b2938111a31f', 'For a brewery in Basel we planned the network.
It took 22 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.274636,0.008564,0.02077,0.261249,0.017522,-0.229159,-0.236739,-0.233293,0.526141,0.271979,0.021754,0.51797,0.269616,0.014962,0.006398,0.002559]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('4c48df9e-966b-4466-ac00-205e21de486c', 'For a harbour in Zürich we planned the network.
It took 23 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.005148,0.002106,0.015093,-0.286642,0.008658,0.019187,-0.292375,-0.271198,0.313902,0.30384,0.309339,0.615637,0.303255,0.019187,0.004563,0.01404]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('2229a65d-b8db-4b5e-b911-a7c4d2f0291d', 'For a museum in Basel we planned the network.
It took 24 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.275594,0.003446,0.270966,0.274609,0.002658,0.009945,-0.2304,-0.250683,0.25216,0.510621,0.001575,0.511409,0.27008,0.015163,0.000788,0.011717]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('37432453-dd81-400f-8661-e689ad08154d', 'For a bakery in Basel we planned the network.
It took 25 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.305021,0.01834,0.014064,0.314022,0.303783,0.018227,-0.265304,0.000113,0.305134,0.297258,0.014514,0.601716,0.316722,0.013164,0.018227,0.015977]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('664d460b-b0d6-4476-ac66-b66482dd6bdd', 'For a billing in Zürich we trained the staff.
It took 26 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.267207,0.000635,0.014704,-0.259379,0.018089,0.288258,-0.246685,-0.268265,0.296086,0.295874,0.01354,0.277151,0.564456,0.022109,0.019993,-0.270486]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('830612d5-9aa5-4ea9-8e69-af9db00f1789', 'For a logistics in Basel we trained the staff.
It took 27 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.039502,0.031364,0.008307,0.000509,0.028651,0.45164,-0.395694,0.035433,0.018649,0.463846,0.026956,0.453505,0.459269,0.039841,0.010003,0.015767]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('e9023091-3cc5-4289-b622-f0d573ed2f75', 'For a hospital in Basel we trained the staff.
It took 28 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.020721,0.025755,0.000468,0.024233,0.027979,0.305078,-0.271831,-0.295127,0.303088,0.610273,-0.292317,0.319594,0.302502,0.008897,0.001054,0.000702]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('4dd94de6-969c-4ac0-a833-50e3f316fb40', 'For a school in Zürich we trained the staff.
It took 29 weeks, "on time".', '{"city": "Zürich", "years": 2, "source": "blob", "blobType": "text/plain"}', '[-0.276001,0.02134,0.029828,-0.275648,0.027353,0.007663,-0.603053,-0.30076,0.309013,0.319624,0.020279,0.316676,0.30359,0.018156,0.019335,0.018628]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('29cdf51d-e029-4ce6-b3c0-82856e469c61', 'For a brewery in Basel we trained the staff.
It took 30 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.000436,0.009307,-0.36837,0.008144,0.019633,0.003636,-0.342774,-0.353391,0.382476,0.404145,0.03403,0.37855,0.407054,0.03563,0.018179,0.000582]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('562387c0-41a2-4d6e-8249-1eb94d728079', 'For a harbour in Basel we trained the staff.
It took 31 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.014399,0.012403,0.017393,0.002851,0.002851,0.376225,-0.330319,-0.358262,0.388485,0.400318,0.393475,0.036069,0.389911,0.028085,0.012688,0.005845]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('ef988609-a737-4b8c-b7e3-ee73201eee98', 'For a museum in Zürich we trained the staff.
It took 32 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[-0.265709,0.026741,-0.24877,-0.259317,0.005007,0.291705,-0.268053,-0.248024,0.299696,0.572543,0.024184,0.275724,0.292877,0.013317,0.016407,0.024717]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('42980ad6-2ac9-4bc1-82e1-b6e61a516a16', 'For a bakery in Basel we trained the staff.
It took 33 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.011923,0.006251,0.005325,0.020373,0.306989,0.303516,-0.574273,-0.292288,0.307336,0.324352,0.027666,0.306641,0.320301,0.010418,0.007408,0.024078]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('fba8c5b3-0f69-4f8f-aad2-26e58dd96d30', 'For a billing in Basel we measured the engines.
It took 34 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.015515,0.307041,0.005133,0.310541,0.011316,0.010033,0.00245,-0.284643,0.302958,0.308791,-0.290009,0.305991,0.601134,0.027064,0.001633,0.028231]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('20906ffe-5981-46ca-9d38-0f36fbf94889', 'For a logistics in Zürich we measured the engines.
It took 35 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[-0.301852,0.354854,0.004525,0.032706,0.008273,0.022493,-0.314779,-0.310513,0.024691,0.361576,-0.326026,0.361446,0.333136,0.001422,0.017969,-0.325896]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('3096db5c-5e26-4cce-8aed-f9490d8b47cc', 'For a hospital in Basel we measured the engines.
It took 36 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.0003,0.276247,0.019203,0.257144,0.014803,0.014502,-0.505786,-0.247042,0.273347,0.265745,-0.496785,0.263645,0.278747,0.020403,0.008001,0.009702]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('2fe679f5-a996-43ff-9e12-f28c61203ccf', 'For a school in Basel we measured the engines.
It took 37 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.008797,0.32456,0.01852,0.301178,0.012154,0.027664,-0.571568,-0.288215,0.321319,0.309628,0.021298,0.296549,0.322939,0.017478,0.022224,0.016205]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('c393ca1c-8065-49e8-ae60-1daf18953159', 'For a brewery in Zürich we measured the engines.
It took 38 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[-0.276008,0.323911,0.026626,0.027339,0.003091,-0.290034,-0.287657,-0.294551,0.315947,0.317136,-0.278385,0.305605,0.31773,0.008796,-0.301564,0.023417]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('9e5baf09-0918-4118-8e20-e3262de5ce42', 'For a harbour in Basel we measured the engines.
It took 39 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.00316,0.300321,0.00474,0.307883,0.015349,0.024152,-0.282828,-0.28723,0.316009,0.290051,0.003047,0.605157,0.317702,0.018961,0.008465,0.00948]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('9876ffce-e1e3-4064-92da-8df7c5e23148', 'For a museum in Basel we measured the engines.
It took 40 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.00351,0.295058,0.017657,0.277933,0.023932,-0.255171,-0.246768,-0.259745,0.284634,0.570119,-0.262829,0.283464,0.290803,0.024145,0.019039,0.018082]', 'b91f788a-d92f-496a-a91e-193a7122127f'),
	('d274dfa3-bdb1-42dc-bc5a-4e15adf960fc', 'For a bakery in Zürich we measured the engines.
It took 41 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.283753,0.32097,0.011558,0.001734,0.312071,0.027971,-0.287798,-0.28803,0.320739,0.317156,-0.28121,0.313573,0.312764,-0.271386,0.005086,0.000347]', 'b91f788a-d92f-496a-a91e-193a7122127f');
INSERT INTO public.n8n_vectors VALUES
	('183e64da-7efb-45e1-84ea-6fc26904b7b9', 'For a billing in Zürich we rewrote the ledger in Rust.
It took 2 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.017594,0.016217,-0.250339,0.013269,-0.248079,0.009042,-0.249848,-0.250732,0.527413,0.261937,0.015038,0.273142,0.509033,0.008846,0.262232,0.010025]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('2c59e4f5-c272-45bc-98c0-872180ee8cb4', 'For a logistics in Basel we rewrote the ledger in Rust.
It took 3 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.347492,0.013423,-0.313119,0.349875,0.015556,0.018315,-0.312868,-0.29518,0.337079,0.331183,0.023961,0.353011,0.349875,0.031237,0.029104,0.016936]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('9e01008b-6100-4b2c-84cf-c9b71224b683', 'For a hospital in Basel we rewrote the ledger in Rust.
It took 4 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.278325,0.025478,-0.248762,0.287893,0.013868,0.025478,-0.253384,-0.27209,0.565465,0.294881,-0.2708,0.015695,0.281335,0.00172,0.280368,0.000323]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('2b890414-e785-4d16-beaa-8d8d86060a12', 'For a school in Zürich we rewrote the ledger in Rust.
It took 5 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.016283,0.007892,-0.250838,0.019879,0.011888,0.004795,-0.494683,-0.236653,0.52595,0.265922,0.008991,0.264424,0.273015,0.020479,0.272415,0.262626]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('0b9dfcbd-bd8c-483e-be49-081c3bf3177c', 'For a brewery in Basel we rewrote the ledger in Rust.
It took 6 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.279223,0.023295,-0.249815,0.28365,0.023611,-0.254242,-0.258564,0.007378,0.556128,0.287551,0.012227,0.291872,0.283229,0.024981,0.296721,0.018235]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('7b547e89-bcd8-4852-8b46-cf376652aeb2', 'For a harbour in Basel we rewrote the ledger in Rust.
It took 7 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.29571,0.020104,-0.26465,0.295817,0.016381,0.004361,-0.250822,-0.246461,0.552382,0.002978,0.281244,0.294646,0.28135,0.006701,0.283158,0.015211]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('da8858a9-149b-4c8b-bc58-f7eb7ae968ab', 'For a museum in Zürich we rewrote the ledger in Rust.
It took 8 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.021588,0.005676,-0.231415,0.002326,0.007258,0.019913,-0.22639,-0.220714,0.477624,0.494466,0.00093,0.260353,0.496699,0.019075,0.240627,0.012096]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('ed237e68-48ab-46a6-a1bc-2f73b50aa1e7', 'For a bakery in Basel we rewrote the ledger in Rust.
It took 9 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.281986,0.009516,-0.268135,0.285263,0.291819,0.009727,-0.246777,-0.269404,0.555936,0.00793,0.016388,0.286426,0.279025,0.011948,0.280823,0.009833]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('ad27ad93-1d60-44e0-954b-c4c071b73019', 'For a billing in Basel we moved the warehouse to Postgres.
It took 10 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.004837,0.016373,0.014326,0.239264,0.016931,0.007814,0.016187,-0.224566,0.261683,0.477784,-0.230892,0.239729,0.488854,0.021117,0.494156,0.008093]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('d4a4c691-312a-4bf9-8eeb-2e42a9ffcbcc', 'For a logistics in Zürich we moved the warehouse to Postgres.
It took 11 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.261876,0.011707,0.024574,0.011391,0.004957,0.016875,0.025207,-0.248693,0.025734,0.557291,0.023308,0.289298,0.294677,0.025101,0.564779,-0.256603]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('97192ce4-2765-48a5-b3d1-cbaa1aa32da0', 'For a hospital in Basel we moved the warehouse to Postgres.
It took 12 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.019799,0.003608,0.019799,0.250627,0.008604,0.01323,0.00148,-0.233419,0.254883,0.486082,-0.232124,0.482752,0.243781,0.023314,0.483122,0.010084]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('f80b0608-3beb-4de9-b50c-16447c233d1d', 'For a school in Basel we moved the warehouse to Postgres.
It took 13 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.000981,0.004809,0.021688,0.252115,0.01266,0.005692,-0.248582,-0.237198,0.251919,0.527488,0.021786,0.267032,0.268209,0.014622,0.525427,-0.236609]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('be11b0bc-9e07-4703-9c23-396e8ad180ff', 'For a brewery in Zürich we moved the warehouse to Postgres.
It took 14 weeks, "on time".', '{"city": "Zürich", "years": 2, "source": "blob", "blobType": "text/plain"}', '[-0.231331,0.021815,0.003984,0.01233,0.015934,-0.472905,0.004078,-0.219285,0.243471,0.495668,0.002845,0.252197,0.255991,0.019918,0.489218,0.003035]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('c6a6b92a-9f1b-461e-a470-5fc87562e784', 'For a harbour in Basel we moved the warehouse to Postgres.
It took 15 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.013766,0.009903,0.014261,0.273825,0.023867,0.011191,-0.238371,-0.235995,0.257881,0.519624,0.277489,0.257782,0.259663,0.021589,0.513286,0.001585]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('a8a89695-76d3-45dd-bb2a-c4f2c6c169a3', 'For a museum in Basel we moved the warehouse to Postgres.
It took 16 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.022089,-0.202291,0.01816,0.228396,0.015453,0.007596,0.011001,-0.222371,0.231975,0.688941,0.022089,0.224467,0.240269,0.003929,0.468141,0.002008]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('06c4bd8b-f468-4256-9f59-c48ce70a6348', 'For a bakery in Zürich we moved the warehouse to Postgres.
It took 17 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[-0.243551,0.02294,0.004588,0.001171,0.268443,0.25546,0.013373,-0.238963,0.260731,0.518632,0.020597,0.261512,0.268833,0.010738,0.516777,0.017668]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('fd771974-05fa-47de-a8f6-26fdc779c111', 'For a billing in Basel we planned the network.
It took 18 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.268305,0.002677,0.023896,0.274154,0.021913,0.016063,-0.234097,-0.239551,0.271973,0.258885,0.009519,0.528776,0.514697,0.007436,-0.231718,0.001785]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('ae454895-8b58-497e-8d1c-50a713807ecf', 'For a logistics in Basel we planned the network.
It took 19 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.305325,0.006516,0.016232,0.316642,-0.270803,0.009602,-0.285206,-0.28795,0.012574,0.315956,0.022519,0.61065,0.306811,0.009831,0.01086,0.028121]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('23566298-238f-4a5a-9081-39017b463378', 'For a hospital in Zürich we planned the network.
It took 20 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.01885,0.002891,0.003007,0.016306,0.028448,-0.294426,-0.277079,-0.284712,0.317785,0.307609,-0.267943,0.620884,0.316976,0.011217,0.021394,0.008558]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('cae77752-c646-4f1b-9c70-d6feffea67f4', 'For a school in Basel we planned the network.
It took 21 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.278199,0.005566,0.02127,0.270049,0.008051,0.002882,-0.495868,-0.234466,0.264085,0.269452,0.008448,0.527276,0.271738,0.015207,0.011033,-0.231584]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('9ecb9c49-cbd6-4ee9-8df1-a8f63682470a', 'For a brewery in Basel we planned the network.
It took 22 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.274636,0.008564,0.02077,0.261249,0.017522,-0.229159,-0.236739,-0.233293,0.526141,0.271979,0.021754,0.51797,0.269616,0.014962,0.006398,0.002559]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('27da6e65-0d6c-4ea5-8e7b-354365031c68', 'For a harbour in Zürich we planned the network.
It took 23 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.005148,0.002106,0.015093,-0.286642,0.008658,0.019187,-0.292375,-0.271198,0.313902,0.30384,0.309339,0.615637,0.303255,0.019187,0.004563,0.01404]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('ac44cdc2-d67a-4627-bee9-c425eb5f38e3', 'For a museum in Basel we planned the network.
It took 24 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.275594,0.003446,0.270966,0.274609,0.002658,0.009945,-0.2304,-0.250683,0.25216,0.510621,0.001575,0.511409,0.27008,0.015163,0.000788,0.011717]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('9ea6f66f-ceb3-4b32-9866-86b6cd458e33', 'For a bakery in Basel we planned the network.
It took 25 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.305021,0.01834,0.014064,0.314022,0.303783,0.018227,-0.265304,0.000113,0.305134,0.297258,0.014514,0.601716,0.316722,0.013164,0.018227,0.015977]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('4cacf0b8-41e0-47ae-919e-7f60d754e999', 'For a billing in Zürich we trained the staff.
It took 26 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.267207,0.000635,0.014704,-0.259379,0.018089,0.288258,-0.246685,-0.268265,0.296086,0.295874,0.01354,0.277151,0.564456,0.022109,0.019993,-0.270486]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('67aee5b9-7aa7-4333-9f7d-7e93832aee00', 'For a logistics in Basel we trained the staff.
It took 27 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.039502,0.031364,0.008307,0.000509,0.028651,0.45164,-0.395694,0.035433,0.018649,0.463846,0.026956,0.453505,0.459269,0.039841,0.010003,0.015767]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('edbd2590-71c2-4b48-94fe-e62ec353a335', 'For a hospital in Basel we trained the staff.
It took 28 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.020721,0.025755,0.000468,0.024233,0.027979,0.305078,-0.271831,-0.295127,0.303088,0.610273,-0.292317,0.319594,0.302502,0.008897,0.001054,0.000702]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('ec7f3e64-78b2-419d-813f-ce453af47d38', 'For a school in Zürich we trained the staff.
It took 29 weeks, "on time".', '{"city": "Zürich", "years": 2, "source": "blob", "blobType": "text/plain"}', '[-0.276001,0.02134,0.029828,-0.275648,0.027353,0.007663,-0.603053,-0.30076,0.309013,0.319624,0.020279,0.316676,0.30359,0.018156,0.019335,0.018628]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('b8e7e71a-08c6-4bf1-bd53-8bb60c17d2bb', 'For a brewery in Basel we trained the staff.
It took 30 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.000436,0.009307,-0.36837,0.008144,0.019633,0.003636,-0.342774,-0.353391,0.382476,0.404145,0.03403,0.37855,0.407054,0.03563,0.018179,0.000582]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('31b0cbec-3e07-4b72-a88c-ca3dd063f28d', 'For a harbour in Basel we trained the staff.
It took 31 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.014399,0.012403,0.017393,0.002851,0.002851,0.376225,-0.330319,-0.358262,0.388485,0.400318,0.393475,0.036069,0.389911,0.028085,0.012688,0.005845]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('19b9a943-7dc7-407a-8982-26fa8953a88d', 'For a museum in Zürich we trained the staff.
It took 32 weeks, "on time".', '{"city": "Zürich", "years": 0, "source": "blob", "blobType": "text/plain"}', '[-0.265709,0.026741,-0.24877,-0.259317,0.005007,0.291705,-0.268053,-0.248024,0.299696,0.572543,0.024184,0.275724,0.292877,0.013317,0.016407,0.024717]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('1a637074-277d-48e2-a5df-5ca7512773c7', 'For a bakery in Basel we trained the staff.
It took 33 weeks, "on time".', '{"city": "Basel", "years": 1, "source": "blob", "blobType": "text/plain"}', '[0.011923,0.006251,0.005325,0.020373,0.306989,0.303516,-0.574273,-0.292288,0.307336,0.324352,0.027666,0.306641,0.320301,0.010418,0.007408,0.024078]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('f5d23ad4-7a33-42d1-89fa-897533049ea0', 'For a billing in Basel we measured the engines.
It took 34 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.015515,0.307041,0.005133,0.310541,0.011316,0.010033,0.00245,-0.284643,0.302958,0.308791,-0.290009,0.305991,0.601134,0.027064,0.001633,0.028231]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('d3a14fb2-8438-4ff8-877b-a808c8b2b5ef', 'For a logistics in Zürich we measured the engines.
It took 35 weeks, "on time".', '{"city": "Zürich", "years": 3, "source": "blob", "blobType": "text/plain"}', '[-0.301852,0.354854,0.004525,0.032706,0.008273,0.022493,-0.314779,-0.310513,0.024691,0.361576,-0.326026,0.361446,0.333136,0.001422,0.017969,-0.325896]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('9dc7ed5f-3fec-498f-bfdc-65199f84d073', 'For a hospital in Basel we measured the engines.
It took 36 weeks, "on time".', '{"city": "Basel", "years": 4, "source": "blob", "blobType": "text/plain"}', '[0.0003,0.276247,0.019203,0.257144,0.014803,0.014502,-0.505786,-0.247042,0.273347,0.265745,-0.496785,0.263645,0.278747,0.020403,0.008001,0.009702]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('b9a461e0-1aac-4482-89ea-36f1baaa30fb', 'For a school in Basel we measured the engines.
It took 37 weeks, "on time".', '{"city": "Basel", "years": 0, "source": "blob", "blobType": "text/plain"}', '[0.008797,0.32456,0.01852,0.301178,0.012154,0.027664,-0.571568,-0.288215,0.321319,0.309628,0.021298,0.296549,0.322939,0.017478,0.022224,0.016205]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('b120f807-3f5f-416e-973d-25db220ab4d2', 'For a brewery in Zürich we measured the engines.
It took 38 weeks, "on time".', '{"city": "Zürich", "years": 1, "source": "blob", "blobType": "text/plain"}', '[-0.276008,0.323911,0.026626,0.027339,0.003091,-0.290034,-0.287657,-0.294551,0.315947,0.317136,-0.278385,0.305605,0.31773,0.008796,-0.301564,0.023417]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('35bee91a-9d40-4a06-ade4-3d0862e2ee83', 'For a harbour in Basel we measured the engines.
It took 39 weeks, "on time".', '{"city": "Basel", "years": 2, "source": "blob", "blobType": "text/plain"}', '[0.00316,0.300321,0.00474,0.307883,0.015349,0.024152,-0.282828,-0.28723,0.316009,0.290051,0.003047,0.605157,0.317702,0.018961,0.008465,0.00948]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('9278c4b0-7d4a-4d33-b0e4-42e85f8a0a8e', 'For a museum in Basel we measured the engines.
It took 40 weeks, "on time".', '{"city": "Basel", "years": 3, "source": "blob", "blobType": "text/plain"}', '[0.00351,0.295058,0.017657,0.277933,0.023932,-0.255171,-0.246768,-0.259745,0.284634,0.570119,-0.262829,0.283464,0.290803,0.024145,0.019039,0.018082]', '2b6adc60-4891-46f3-9913-65d3515ab04f'),
	('d59ebfb9-6f08-4994-9838-935203854518', 'For a bakery in Zürich we measured the engines.
It took 41 weeks, "on time".', '{"city": "Zürich", "years": 4, "source": "blob", "blobType": "text/plain"}', '[-0.283753,0.32097,0.011558,0.001734,0.312071,0.027971,-0.287798,-0.28803,0.320739,0.317156,-0.28121,0.313573,0.312764,-0.271386,0.005086,0.000347]', '2b6adc60-4891-46f3-9913-65d3515ab04f');
ALTER TABLE ONLY public.n8n_vector_collections
    ADD CONSTRAINT n8n_vector_collections_pkey PRIMARY KEY (uuid);
ALTER TABLE ONLY public.n8n_vectors
    ADD CONSTRAINT n8n_vectors_pkey PRIMARY KEY (id);
CREATE INDEX idx_n8n_vector_collections_name ON public.n8n_vector_collections USING btree (name);
ALTER TABLE ONLY public.n8n_vectors
    ADD CONSTRAINT n8n_vectors_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES public.n8n_vector_collections(uuid) ON DELETE CASCADE;
