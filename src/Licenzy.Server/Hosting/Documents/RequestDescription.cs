using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting.Documents;

/// <summary>What a route takes: its body's shape, and what binds by itself from path, query and headers.</summary>
internal static class RequestDescription
{
    public static async Task DescribeAsync(OpenApiOperation operation, DocumentedRoute route, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Parameters ??= [];
        foreach (var name in route.PathParameters.Where(name => operation.Parameters.All(known => known.Name != name)).Reverse())
        {
            operation.Parameters.Insert(0, Parameter(name, ParameterLocation.Path, About(name), isRequired: true));
        }

        if (route.Takes<SubjectRef>() && !route.PathParameters.Contains("subject_ref"))
        {
            operation.Parameters.Add(Parameter("subject_ref", ParameterLocation.Query, About("subject_ref"), isRequired: true));
        }

        if (route.TakesIdempotencyKey)
        {
            operation.Parameters.Add(Parameter(
                LicenzyHeaders.IdempotencyKey, ParameterLocation.Header, "1–255 visible ASCII characters: makes the call safe to repeat.", route.RequiresIdempotencyKey));
        }

        if (route.Rule == CredentialsRule.Portal)
        {
            operation.Parameters.Add(Parameter("X-Workspace", ParameterLocation.Header, "ws_…: another workspace of the account than its oldest.", isRequired: false));
        }

        if (operation.Responses?.ContainsKey("304") == true)
        {
            operation.Parameters.Add(Parameter("If-None-Match", ParameterLocation.Header, "The ETag of an earlier answer: 304 while nothing has changed.", isRequired: false));
        }

        if (operation.Responses?.TryGetValue("200", out var stream) == true && stream.Content?.ContainsKey("text/event-stream") == true)
        {
            operation.Parameters.Add(Parameter("Last-Event-ID", ParameterLocation.Header, "The id of the last event that was heard: go on after it.", isRequired: false));
        }

        if (route.Body is { } body)
        {
            // By its name rather than in place, so that generated clients have a type of that name.
            context.Document!.AddComponent(body.Name, await context.GetOrCreateSchemaAsync(body, null, cancellationToken).ConfigureAwait(false));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = route.RequiresBody,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = new OpenApiSchemaReference(body.Name, context.Document) } },
            };
        }
    }

    public static OpenApiParameter Parameter(string name, ParameterLocation place, string? description, bool isRequired) => new()
    {
        Name = name,
        In = place,
        Description = description,
        Required = isRequired,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static string? About(string parameter) => parameter switch
    {
        "subject_ref" => "Your own id of the customer, 1–255 characters, compared ordinally.",
        "product_code" => "The product's code.",
        "id" => "A prefix and a ULID, as the lists give it.",
        _ => null,
    };
}
