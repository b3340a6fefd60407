CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
CREATE TABLE public.langchain_pg_collection (
    name character varying,
    cmetadata json,
    uuid uuid NOT NULL
);
CREATE TABLE public.langchain_pg_embedding (
    collection_id uuid,
    embedding public.vector,
    document character varying,
    cmetadata jsonb,
    custom_id character varying,
    uuid uuid NOT NULL
);
INSERT INTO public.langchain_pg_collection VALUES
	('portfolio', 'null', '45a741bf-2393-4cf5-be75-d22008e253da');
INSERT INTO public.langchain_pg_embedding VALUES
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.017594,0.016217,-0.250339,0.013269,-0.248079,0.009042,-0.249848,-0.250732,0.527413,0.261937,0.015038,0.273142,0.509033,0.008846,0.262232,0.010025]', 'For a billing in Zürich we rewrote the ledger in Rust.
It took 2 weeks, "on time".', '{"city": "Zürich", "years": 0}', 'bf428e1d-f221-55de-a77f-a61755a4d727', 'b438e583-69cb-4eb1-a6c3-358af34f621f'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.347492,0.013423,-0.313119,0.349875,0.015556,0.018315,-0.312868,-0.29518,0.337079,0.331183,0.023961,0.353011,0.349875,0.031237,0.029104,0.016936]', 'For a logistics in Basel we rewrote the ledger in Rust.
It took 3 weeks, "on time".', '{"city": "Basel", "years": 1}', '996ad860-2a9a-504f-8861-aeafd0b2ae29', 'abc3f263-093c-4c66-8f99-5fff6d91eb3a'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.278325,0.025478,-0.248762,0.287893,0.013868,0.025478,-0.253384,-0.27209,0.565465,0.294881,-0.2708,0.015695,0.281335,0.00172,0.280368,0.000323]', 'For a hospital in Basel we rewrote the ledger in Rust.
It took 4 weeks, "on time".', '{"city": "Basel", "years": 2}', '59e06cf8-f390-5093-af2e-3685be593a25', '0a03cbfa-e0c3-42b9-9261-8aeb36078275'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.016283,0.007892,-0.250838,0.019879,0.011888,0.004795,-0.494683,-0.236653,0.52595,0.265922,0.008991,0.264424,0.273015,0.020479,0.272415,0.262626]', 'For a school in Zürich we rewrote the ledger in Rust.
It took 5 weeks, "on time".', '{"city": "Zürich", "years": 3}', '391ada15-580c-5baa-b16f-eeb35d9b1122', '382cec1b-25b7-4e76-afcd-dc4ea13ef432'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.279223,0.023295,-0.249815,0.28365,0.023611,-0.254242,-0.258564,0.007378,0.556128,0.287551,0.012227,0.291872,0.283229,0.024981,0.296721,0.018235]', 'For a brewery in Basel we rewrote the ledger in Rust.
It took 6 weeks, "on time".', '{"city": "Basel", "years": 4}', '22fe83ae-a20f-54fc-b436-cec85c94c5e8', '3a643fd1-6fec-4e3e-80b7-68f24697336a'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.29571,0.020104,-0.26465,0.295817,0.016381,0.004361,-0.250822,-0.246461,0.552382,0.002978,0.281244,0.294646,0.28135,0.006701,0.283158,0.015211]', 'For a harbour in Basel we rewrote the ledger in Rust.
It took 7 weeks, "on time".', '{"city": "Basel", "years": 0}', 'b7d55bf4-7057-5113-85c8-141871bf7635', '20042f10-8129-4586-bb91-cc0623cfba6e'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.021588,0.005676,-0.231415,0.002326,0.007258,0.019913,-0.22639,-0.220714,0.477624,0.494466,0.00093,0.260353,0.496699,0.019075,0.240627,0.012096]', 'For a museum in Zürich we rewrote the ledger in Rust.
It took 8 weeks, "on time".', '{"city": "Zürich", "years": 1}', '1883fdfb-249b-58f5-b445-87dff6eabc06', '7351afec-919f-4fa1-8f29-78332634ae73'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.281986,0.009516,-0.268135,0.285263,0.291819,0.009727,-0.246777,-0.269404,0.555936,0.00793,0.016388,0.286426,0.279025,0.011948,0.280823,0.009833]', 'For a bakery in Basel we rewrote the ledger in Rust.
It took 9 weeks, "on time".', '{"city": "Basel", "years": 2}', 'd6ed313e-533a-55a6-aa06-4c00bc132812', '6b9a07a1-e296-4e4d-b72d-0d68e35f045b'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.004837,0.016373,0.014326,0.239264,0.016931,0.007814,0.016187,-0.224566,0.261683,0.477784,-0.230892,0.239729,0.488854,0.021117,0.494156,0.008093]', 'For a billing in Basel we moved the warehouse to Postgres.
It took 10 weeks, "on time".', '{"city": "Basel", "years": 3}', '9090025d-5d06-58f1-b79a-3690407024fc', '0bcb6eba-a1ba-4040-85d6-1a8fb99fbabd'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.261876,0.011707,0.024574,0.011391,0.004957,0.016875,0.025207,-0.248693,0.025734,0.557291,0.023308,0.289298,0.294677,0.025101,0.564779,-0.256603]', 'For a logistics in Zürich we moved the warehouse to Postgres.
It took 11 weeks, "on time".', '{"city": "Zürich", "years": 4}', '751af8b4-32a7-55bc-9fad-8bfbcbbf4237', '177f5003-95fe-4718-a099-d2c405057e6e'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.019799,0.003608,0.019799,0.250627,0.008604,0.01323,0.00148,-0.233419,0.254883,0.486082,-0.232124,0.482752,0.243781,0.023314,0.483122,0.010084]', 'For a hospital in Basel we moved the warehouse to Postgres.
It took 12 weeks, "on time".', '{"city": "Basel", "years": 0}', '305f5e8d-e48d-5c3a-8ce3-446622dd8a8a', 'ec495a23-bd77-4364-aa4c-f65f714df37e'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.000981,0.004809,0.021688,0.252115,0.01266,0.005692,-0.248582,-0.237198,0.251919,0.527488,0.021786,0.267032,0.268209,0.014622,0.525427,-0.236609]', 'For a school in Basel we moved the warehouse to Postgres.
It took 13 weeks, "on time".', '{"city": "Basel", "years": 1}', 'a4c08562-50fa-5599-939c-eb6f2a83a362', 'b4ad79ab-dcab-49d9-b41e-4680a9e76511'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.231331,0.021815,0.003984,0.01233,0.015934,-0.472905,0.004078,-0.219285,0.243471,0.495668,0.002845,0.252197,0.255991,0.019918,0.489218,0.003035]', 'For a brewery in Zürich we moved the warehouse to Postgres.
It took 14 weeks, "on time".', '{"city": "Zürich", "years": 2}', 'd35aeaf3-5d1d-535a-a31a-22133ddf5f3d', 'dadf2097-874c-4b0d-af22-c51e78b4165e'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.013766,0.009903,0.014261,0.273825,0.023867,0.011191,-0.238371,-0.235995,0.257881,0.519624,0.277489,0.257782,0.259663,0.021589,0.513286,0.001585]', 'For a harbour in Basel we moved the warehouse to Postgres.
It took 15 weeks, "on time".', '{"city": "Basel", "years": 3}', '61c97311-bb14-5679-99fc-98497a701292', '3de084f8-1b33-4fa2-877d-f4dcd788e6c8'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.022089,-0.202291,0.01816,0.228396,0.015453,0.007596,0.011001,-0.222371,0.231975,0.688941,0.022089,0.224467,0.240269,0.003929,0.468141,0.002008]', 'For a museum in Basel we moved the warehouse to Postgres.
It took 16 weeks, "on time".', '{"city": "Basel", "years": 4}', '1bb138f7-5f19-587c-8a25-fb174eabf441', '53fce2ed-d285-47b4-ae66-521b176e70bc'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.243551,0.02294,0.004588,0.001171,0.268443,0.25546,0.013373,-0.238963,0.260731,0.518632,0.020597,0.261512,0.268833,0.010738,0.516777,0.017668]', 'For a bakery in Zürich we moved the warehouse to Postgres.
It took 17 weeks, "on time".', '{"city": "Zürich", "years": 0}', 'be6c2a5f-4160-5145-8695-c628496b208d', '140795dd-ec37-46da-a20d-faf927509c69'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.268305,0.002677,0.023896,0.274154,0.021913,0.016063,-0.234097,-0.239551,0.271973,0.258885,0.009519,0.528776,0.514697,0.007436,-0.231718,0.001785]', 'For a billing in Basel we planned the network.
It took 18 weeks, "on time".', '{"city": "Basel", "years": 1}', '7dbed579-ec83-5f9b-8aa3-1c40e858acfc', 'fde0cbfa-18d9-4d8e-b355-23cb7d4692b3'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.305325,0.006516,0.016232,0.316642,-0.270803,0.009602,-0.285206,-0.28795,0.012574,0.315956,0.022519,0.61065,0.306811,0.009831,0.01086,0.028121]', 'For a logistics in Basel we planned the network.
It took 19 weeks, "on time".', '{"city": "Basel", "years": 2}', 'bcc896de-3c61-523e-973c-052f16456e28', 'bcda7d40-27ad-4e4c-a3c9-e6f3a7329a37'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.01885,0.002891,0.003007,0.016306,0.028448,-0.294426,-0.277079,-0.284712,0.317785,0.307609,-0.267943,0.620884,0.316976,0.011217,0.021394,0.008558]', 'For a hospital in Zürich we planned the network.
It took 20 weeks, "on time".', '{"city": "Zürich", "years": 3}', '77b34e74-5631-5a71-b8ce-97b9d6bab10a', 'f9a7678d-46dd-4306-a08c-d249d377434f'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.278199,0.005566,0.02127,0.270049,0.008051,0.002882,-0.495868,-0.234466,0.264085,0.269452,0.008448,0.527276,0.271738,0.015207,0.011033,-0.231584]', 'For a school in Basel we planned the network.
It took 21 weeks, "on time".', '{"city": "Basel", "years": 4}', '9d58db4d-28b7-56fc-9b12-db9a3e9d0769', '2dd68a97-a669-449a-8e87-ec9952a8fbc5'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.274636,0.008564,0.02077,0.261249,0.017522,-0.229159,-0.236739,-0.233293,0.526141,0.271979,0.021754,0.51797,0.269616,0.014962,0.006398,0.002559]', 'For a brewery in Basel we planned the network.
It took 22 weeks, "on time".', '{"city": "Basel", "years": 0}', '6fea451e-90db-5366-bbde-9a65b83f8f64', '88bc6d1e-9e7a-4c8f-9b4d-fcc93bba1db9'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.005148,0.002106,0.015093,-0.286642,0.008658,0.019187,-0.292375,-0.271198,0.313902,0.30384,0.309339,0.615637,0.303255,0.019187,0.004563,0.01404]', 'For a harbour in Zürich we planned the network.
It took 23 weeks, "on time".', '{"city": "Zürich", "years": 1}', '0df2c324-4b3b-5e4b-8574-770c7c601dc4', 'c92ee74f-89ed-49aa-97f1-2e3fa52bfae7'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.275594,0.003446,0.270966,0.274609,0.002658,0.009945,-0.2304,-0.250683,0.25216,0.510621,0.001575,0.511409,0.27008,0.015163,0.000788,0.011717]', 'For a museum in Basel we planned the network.
It took 24 weeks, "on time".', '{"city": "Basel", "years": 2}', '05596e20-ebb9-571a-9f7c-250cbacfb499', '777a042c-085e-46ff-abdd-26ab3c2e4469'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.305021,0.01834,0.014064,0.314022,0.303783,0.018227,-0.265304,0.000113,0.305134,0.297258,0.014514,0.601716,0.316722,0.013164,0.018227,0.015977]', 'For a bakery in Basel we planned the network.
It took 25 weeks, "on time".', '{"city": "Basel", "years": 3}', '32b736a1-2bed-5f62-8131-c3dc9a2a33c7', 'a4621bbc-4157-40e7-b665-ed27ae619754'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.267207,0.000635,0.014704,-0.259379,0.018089,0.288258,-0.246685,-0.268265,0.296086,0.295874,0.01354,0.277151,0.564456,0.022109,0.019993,-0.270486]', 'For a billing in Zürich we trained the staff.
It took 26 weeks, "on time".', '{"city": "Zürich", "years": 4}', '29be4ef0-91eb-512b-8f83-360b6db38a83', '21f10a0e-a0ad-4f70-a67e-29e0135ba0e2'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.039502,0.031364,0.008307,0.000509,0.028651,0.45164,-0.395694,0.035433,0.018649,0.463846,0.026956,0.453505,0.459269,0.039841,0.010003,0.015767]', 'For a logistics in Basel we trained the staff.
It took 27 weeks, "on time".', '{"city": "Basel", "years": 0}', '46f64ca6-6094-51fc-bbbe-34e3333c5388', 'f61f28d2-3f52-4d42-b230-6f1aeaf4b36e'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.020721,0.025755,0.000468,0.024233,0.027979,0.305078,-0.271831,-0.295127,0.303088,0.610273,-0.292317,0.319594,0.302502,0.008897,0.001054,0.000702]', 'For a hospital in Basel we trained the staff.
It took 28 weeks, "on time".', '{"city": "Basel", "years": 1}', '8df6e0fb-0d35-5fd6-831a-7e5b9ad2457a', 'cd6190b4-218f-47d7-b938-c59d12198e33'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.276001,0.02134,0.029828,-0.275648,0.027353,0.007663,-0.603053,-0.30076,0.309013,0.319624,0.020279,0.316676,0.30359,0.018156,0.019335,0.018628]', 'For a school in Zürich we trained the staff.
It took 29 weeks, "on time".', '{"city": "Zürich", "years": 2}', '5151e75a-9d7d-5897-be85-aaa96757564b', '04c6bc42-bd4a-4044-8a91-ee373a49b2a5'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.000436,0.009307,-0.36837,0.008144,0.019633,0.003636,-0.342774,-0.353391,0.382476,0.404145,0.03403,0.37855,0.407054,0.03563,0.018179,0.000582]', 'For a brewery in Basel we trained the staff.
It took 30 weeks, "on time".', '{"city": "Basel", "years": 3}', '21f6a510-8fff-5bed-9d0e-df7b2ca28db1', '053592e9-128c-4dcb-8195-ede042039f57'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.014399,0.012403,0.017393,0.002851,0.002851,0.376225,-0.330319,-0.358262,0.388485,0.400318,0.393475,0.036069,0.389911,0.028085,0.012688,0.005845]', 'For a harbour in Basel we trained the staff.
It took 31 weeks, "on time".', '{"city": "Basel", "years": 4}', '3eee96fe-b265-5e36-8d78-b2d50a9ac563', '63ff64f0-c138-43cb-b26d-bf02509e6919'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.265709,0.026741,-0.24877,-0.259317,0.005007,0.291705,-0.268053,-0.248024,0.299696,0.572543,0.024184,0.275724,0.292877,0.013317,0.016407,0.024717]', 'For a museum in Zürich we trained the staff.
It took 32 weeks, "on time".', '{"city": "Zürich", "years": 0}', '720073c2-6984-53fa-9546-b893e83e0f62', '908fce85-5ccc-4556-8761-818cfc6be0aa'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.011923,0.006251,0.005325,0.020373,0.306989,0.303516,-0.574273,-0.292288,0.307336,0.324352,0.027666,0.306641,0.320301,0.010418,0.007408,0.024078]', 'For a bakery in Basel we trained the staff.
It took 33 weeks, "on time".', '{"city": "Basel", "years": 1}', 'b0526112-ddde-5dbf-b887-9b6f93557007', '21b57e9c-b861-4880-a4e3-5b3703da1ddf'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.015515,0.307041,0.005133,0.310541,0.011316,0.010033,0.00245,-0.284643,0.302958,0.308791,-0.290009,0.305991,0.601134,0.027064,0.001633,0.028231]', 'For a billing in Basel we measured the engines.
It took 34 weeks, "on time".', '{"city": "Basel", "years": 2}', 'b85b4ff7-2f5e-5d5d-bcda-728e00ad61de', '373140fc-9449-4786-a989-4b991718f922'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.301852,0.354854,0.004525,0.032706,0.008273,0.022493,-0.314779,-0.310513,0.024691,0.361576,-0.326026,0.361446,0.333136,0.001422,0.017969,-0.325896]', 'For a logistics in Zürich we measured the engines.
It took 35 weeks, "on time".', '{"city": "Zürich", "years": 3}', '7561fe4e-6ffd-5631-96d6-cf89fdadba83', '5a804c0e-4fa1-416a-aaa4-c2204f6fca8e'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.0003,0.276247,0.019203,0.257144,0.014803,0.014502,-0.505786,-0.247042,0.273347,0.265745,-0.496785,0.263645,0.278747,0.020403,0.008001,0.009702]', 'For a hospital in Basel we measured the engines.
It took 36 weeks, "on time".', '{"city": "Basel", "years": 4}', 'ae5a160a-ca64-5557-a0d8-1fdd610d83e1', 'ef3b42e9-ba27-4baa-854d-35360e630036'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.008797,0.32456,0.01852,0.301178,0.012154,0.027664,-0.571568,-0.288215,0.321319,0.309628,0.021298,0.296549,0.322939,0.017478,0.022224,0.016205]', 'For a school in Basel we measured the engines.
It took 37 weeks, "on time".', '{"city": "Basel", "years": 0}', '5429db33-2d2c-51e4-9b96-9918a6a67f07', '3f369a00-7966-40db-aa3b-e7186081e1b2'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.276008,0.323911,0.026626,0.027339,0.003091,-0.290034,-0.287657,-0.294551,0.315947,0.317136,-0.278385,0.305605,0.31773,0.008796,-0.301564,0.023417]', 'For a brewery in Zürich we measured the engines.
It took 38 weeks, "on time".', '{"city": "Zürich", "years": 1}', '214f116d-a5a3-5203-867d-28bcad2b6c1a', 'c2d55992-99a2-475d-9664-5d3b1332ba9a'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.00316,0.300321,0.00474,0.307883,0.015349,0.024152,-0.282828,-0.28723,0.316009,0.290051,0.003047,0.605157,0.317702,0.018961,0.008465,0.00948]', 'For a harbour in Basel we measured the engines.
It took 39 weeks, "on time".', '{"city": "Basel", "years": 2}', 'c18d0fc0-d829-5009-a349-094ea30c386b', 'cf0b16b3-6ece-4570-b07c-dfce6e83e6f7'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[0.00351,0.295058,0.017657,0.277933,0.023932,-0.255171,-0.246768,-0.259745,0.284634,0.570119,-0.262829,0.283464,0.290803,0.024145,0.019039,0.018082]', 'For a museum in Basel we measured the engines.
It took 40 weeks, "on time".', '{"city": "Basel", "years": 3}', 'c3205bf1-c929-5b45-af5a-42b59ab87391', 'd0607046-7aef-45a9-88ef-00c69f2f9845'),
	('45a741bf-2393-4cf5-be75-d22008e253da', '[-0.283753,0.32097,0.011558,0.001734,0.312071,0.027971,-0.287798,-0.28803,0.320739,0.317156,-0.28121,0.313573,0.312764,-0.271386,0.005086,0.000347]', 'For a bakery in Zürich we measured the engines.
It took 41 weeks, "on time".', '{"city": "Zürich", "years": 4}', '6863109a-0444-5f87-b018-66483cb30f22', '18c45ef0-48f8-4061-a02f-e59c3385d936');
ALTER TABLE ONLY public.langchain_pg_collection
    ADD CONSTRAINT langchain_pg_collection_pkey PRIMARY KEY (uuid);
ALTER TABLE ONLY public.langchain_pg_embedding
    ADD CONSTRAINT langchain_pg_embedding_pkey PRIMARY KEY (uuid);
CREATE INDEX ix_cmetadata_gin ON public.langchain_pg_embedding USING gin (cmetadata jsonb_path_ops);
ALTER TABLE ONLY public.langchain_pg_embedding
    ADD CONSTRAINT langchain_pg_embedding_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES public.langchain_pg_collection(uuid) ON DELETE CASCADE;
