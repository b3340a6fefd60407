"""Invokes an endpoint with boto3 and prints what came of it: invoke.py URL ENDPOINT CONTAINER BODY"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

url, endpoint, container, body = sys.argv[1:]
runtime = boto3.client(
    "sagemaker-runtime",
    endpoint_url=url,
    region_name="eu-west-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
    config=Config(retries={"max_attempts": 0}),
)
arguments = {"EndpointName": endpoint, "ContentType": "application/json", "Body": body}
if container:
    arguments["TargetContainerHostname"] = container
try:
    answer = runtime.invoke_endpoint(**arguments)
    told = {
        "body": json.load(answer["Body"]),
        "content_type": answer["ContentType"],
        "attributes": answer.get("CustomAttributes"),
        "variant": answer["InvokedProductionVariant"],
    }
except ClientError as error:
    told = {
        "error": error.response["Error"]["Code"],
        "message": error.response["Error"]["Message"],
        "original_status": error.response.get("OriginalStatusCode"),
        "original_message": error.response.get("OriginalMessage"),
    }
print(json.dumps(told))
