using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting.Documents;

/// <summary>What a route answers besides what it says of itself: the refusals of the frame around it, and headers.</summary>
internal static class AnswerDescription
{
    public static void Describe(OpenApiOperation operation, DocumentedRoute route, OpenApiDocument document)
    {
        var answers = operation.Responses ??= [];
        if (route.Body is null && route.Rule != CredentialsRule.StripeSignature)
        {
            // Said of the whole group, but there is no body to refuse.
            answers.Remove("413");
            answers.Remove("415");
        }

        foreach (var (status, name) in Refusals(route))
        {
            answers.TryAdd(status, new OpenApiResponse
            {
                Description = name,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(LicenzyProblem), document) },
                },
            });
        }

        foreach (var (status, answer) in answers)
        {
            var headers = ((OpenApiResponse)answer).Headers ??= new Dictionary<string, IOpenApiHeader>();
            foreach (var (header, description) in Headers(route, status, answers.ContainsKey("304")))
            {
                headers.TryAdd(header, new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
        }

        operation.Responses = [];
        foreach (var (status, answer) in answers.OrderBy(answer => answer.Key, StringComparer.Ordinal))
        {
            operation.Responses.Add(status, answer);
        }
    }

    private static IEnumerable<(string Status, string Name)> Refusals(DocumentedRoute route)
    {
        if (route.Rule == CredentialsRule.Portal)
        {
            yield return ("404", "Not Found");
        }

        if (route.TakesIdempotencyKey)
        {
            yield return ("409", "Conflict");
        }

        if (route.IsRateLimited)
        {
            yield return ("429", "Too Many Requests");
        }

        yield return ("500", "Internal Server Error");
    }

    private static IEnumerable<(string Name, string Description)> Headers(DocumentedRoute route, string status, bool hasTag)
    {
        if (status is "429" or "503")
        {
            yield return ("Retry-After", "Seconds until another try may succeed.");
        }

        if (status == "401")
        {
            yield return ("WWW-Authenticate", "The scheme: Bearer.");
        }

        if (hasTag && status is ("200" or "304"))
        {
            yield return ("ETag", "Names this answer, for If-None-Match.");
        }

        if (route.TakesIdempotencyKey && status is ("200" or "201" or "204" or "409"))
        {
            yield return (LicenzyHeaders.IdempotencyReplayed, "true where this is the first answer to the Idempotency-Key, given again.");
        }
    }
}
