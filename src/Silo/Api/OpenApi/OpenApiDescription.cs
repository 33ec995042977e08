using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api.OpenApi;

/// <summary>Describes what handlers read by hand: query parameters from their metadata, and the JSON forms of our converters.</summary>
internal static class OpenApiDescription
{
    public static void AddMillwrightOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Millwright",
                Version = "v1",
                Description = "Digital twins, alerts and their audiences. Lists answer {items, next}; errors are problem details with a stable `code`.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>());
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RawBody>().FirstOrDefault() is { } body)
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Description = body.Description,
                    Content = new Dictionary<string, OpenApiMediaType> { ["*/*"] = new() },
                };
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiOperation operation, IEnumerable<QueryParameter> parameters)
    {
        foreach (QueryParameter parameter in parameters)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Required = parameter.Required,
                Description = parameter.Description,
                Schema = new OpenApiSchema
                {
                    Type = parameter.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String,
                    Format = parameter.Format,
                },
            });
        }
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | (plain == type ? 0 : JsonSchemaType.Null);
            schema.Format = "date-time";
        }
        else if (plain == typeof(double))
        {
            // Not finite is null on the wire.
            schema.Type = JsonSchemaType.Number | JsonSchemaType.Null;
            schema.Format = "double";
        }
    }
}
