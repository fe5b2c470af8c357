using Licenzy.Server.Hosting.Documents;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting;

/// <summary>The API's own description, made from the routes themselves.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Runtime"] = "What your application asks while it runs, with a runtime key.",
        ["Stripe"] = "What Stripe calls.",
        ["Portal"] = "Set-up and support, with an admin key or a session.",
        ["Checkout"] = "Pages that a customer returns to.",
        ["Operation"] = "Health and metrics.",
    };

    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<RequiredCredentials>().Any();
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Licenzy",
                Version = Name,
                Description = "Rights that follow from payments: may this subject proceed, and why? Every answer carries X-Request-ID, and every refusal is a problem with a stable code in `error`.",
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            };
            // Addresses differ from server to server; the document does not.
            document.Servers = [];
            foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            {
                tag.Description = Tags.GetValueOrDefault(tag.Name ?? "");
            }

            SecuritySchemes.Define(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            EventTypeNames.Describe(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var route = new DocumentedRoute(context);
            operation.OperationId = route.OperationId;
            operation.Security = SecuritySchemes.Of(route, context.Document!);
            await RequestDescription.DescribeAsync(operation, route, context, cancellationToken).ConfigureAwait(false);
            AnswerDescription.Describe(operation, route, context.Document!);
        });
    }
}
