using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting;

/// <summary>The API's own description, made from the routes themselves.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<RequiredCredentials>().Any();
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Licenzy",
                Version = Name,
                Description = "Rights that follow from payments: may this subject proceed, and why?",
            };
            // Addresses differ from server to server; the document does not.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["runtimeKey"] = Bearer("A runtime key: lz_test_… or lz_live_…; the mode is the key's."),
                ["adminKey"] = Bearer("An admin key: lz_admin_…"),
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestShape>().LastOrDefault() is { } shape)
            {
                var schema = await context.GetOrCreateSchemaAsync(shape.Type, null, cancellationToken).ConfigureAwait(false);
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
                };
            }

            var scheme = context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredCredentials>().Last().Rule switch
            {
                CredentialsRule.RuntimeKey => "runtimeKey",
                CredentialsRule.Portal => "adminKey",
                _ => null,
            };
            if (scheme is not null)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
            }
        });
    }

    private static OpenApiSecurityScheme Bearer(string description) =>
        new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = description };
}
