"""Which attributes of Terraform's providers are strings that hold a JSON document.

Nothing in the bindings that terraform-schema.py reads says so; the providers' documentation does.
A key is the end of an attribute's path; a value names the resources that have it, or those that do
not after `-`. What may be JSON or YAML (OpenAPI bodies, CloudFormation templates, SSM documents) or
any text is left out, as is what the provider computes. terraform-schema.py fails if an entry names
no string that a configuration may set.
"""

JSON_DOCUMENTS = {
    "aws": {
        "access_policies": "-",
        "access_policy": "-",
        "archive_policy": "-",
        "assume_role_policy": "-",
        "autoscaling_policy": "-",
        "base_policy_document": "-",
        "container_definitions": "-",
        "container_properties": "-",
        "delivery_destination_policy": "-",
        "delivery_policy": "-",
        "desired_state": "aws_cloudcontrolapi_resource",
        "configuration": "aws_emr_security_configuration aws_glue_crawler aws_grafana_workspace",
        "configurations_json": "-",
        "content": "aws_codecommit_approval_rule_template aws_connect_contact_flow"
                   " aws_connect_contact_flow_module aws_organizations_policy"
                   " aws_organizations_resource_policy",
        "dashboard_body": "-",
        "definition": "aws_sfn_state_machine",
        "document": "aws_route53_traffic_policy",
        "ecs_properties": "-",
        "event_pattern": "-",
        "filter_criteria.filter.pattern": "-",
        "filter_policy": "-",
        "inline_policy": "-",
        "input": "aws_cloudwatch_event_target aws_lambda_invocation",
        "input_parameters": "-",
        "lifecycle_policy": "-",
        "manifest_json": "-",
        "node_properties": "-",
        "parameters": "aws_servicecatalog_constraint",
        "pattern": "aws_evidently_segment",
        "pipeline_definition": "-",
        "policy": "-aws_iot_policy_attachment aws_ses_receipt_filter",  # a name; Allow or Block
        "policy_body": "-",
        "policy_document": "-aws_verifiedaccess_endpoint aws_verifiedaccess_group",  # Cedar
        "redrive_allow_policy": "-",
        "redrive_policy": "-",
        "replay_policy": "-",
        "replication_settings": "-",
        "replication_task_settings": "-",
        "repository_policy": "-",
        "rule_definition": "-",
        "rule_json": "-",
        "rules_json": "-",
        "schema": "aws_api_gateway_model aws_apigatewayv2_model aws_cloudcontrolapi_resource",
        "service_json": "-",
        "supplemental_settings": "-",
        "table_mappings": "-",
        "template_body": "aws_iot_ca_certificate aws_iot_provisioning_template",
    },
    "azurerm": {
        "activities_json": "-",
        "additional_settings_json": "-",
        "addon_json": "-",
        "body": "azurerm_logic_app_action_custom azurerm_logic_app_trigger_custom",
        "condition_json": "-",
        "config_json": "-",
        "create_ui_definition": "-",
        "dashboard_properties": "-",
        "data_json": "-",
        "destination_fhir_mapping_json": "-",
        "device_mapping_json": "-",
        "extension_json": "-",
        "interoperability_settings_json": "-",
        "main_template": "-",
        "metadata": "-azurerm_logic_app_integration_account_certificate"
                    " azurerm_logic_app_integration_account_partner"
                    " azurerm_logic_app_integration_account_schema",
        "parameter_values": "-",
        "parameters": "azurerm_management_group_policy_assignment"
                      " azurerm_management_group_policy_set_definition azurerm_policy_definition"
                      " azurerm_policy_set_definition azurerm_resource_group_policy_assignment"
                      " azurerm_resource_policy_assignment azurerm_subscription_policy_assignment",
        "parameters_content": "-",
        "policy_rule": "-",
        "protected_settings": "-",
        "schema": "azurerm_logic_app_trigger_http_request",
        "schema_json": "-",
        "settings": "-",
        "settings_json": "-",
        "template_content": "-",
        "type_properties_json": "-",
    },
    "google": {
        "dashboard_json": "-",
        "fields": "google_firestore_document",
        "jwks_json": "-",
        "metadata_template": "-",
        "parameters": "google_org_policy_policy",
        "parser_config.schema": "-",
        "policy_data": "-",
        "schema": "google_bigquery_table google_data_catalog_entry",
    },
}
