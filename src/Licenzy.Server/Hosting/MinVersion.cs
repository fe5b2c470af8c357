using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting;

/// <summary>
/// The caller's <c>Licenzy-Min-Version</c>: it has seen this version of the subject, and an older one would take back what it knows
/// (CONTRACT §1). Without the header, any version will do.
/// </summary>
internal sealed record MinVersion(long Value) : IBindableFromHttpContext<MinVersion>
{
    public static MinVersion Any { get; } = new(0);

    public static ValueTask<MinVersion?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<MinVersion?>(context.Request.Headers[LicenzyHeaders.MinVersion] switch
        {
            [] => Any,
            [{ } text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 => new MinVersion(version),
            _ => throw new RefusedException(Refusal.InvalidRequest(
                LicenzyHeaders.MinVersion, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 1 to {long.MaxValue}, once."))),
        });

    public bool IsMetBy(long version) => version >= Value;
}

/// <summary>Names the header in the API's document.</summary>
internal static class MinVersionParameter
{
    public static TBuilder WithMinVersion<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = LicenzyHeaders.MinVersion,
                In = ParameterLocation.Header,
                Description = "Answer from this version of the subject or a later one",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "1" },
            });
            return Task.CompletedTask;
        });
}
