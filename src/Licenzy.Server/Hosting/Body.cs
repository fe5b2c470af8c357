using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Hosting;

/// <summary>A request's body, read strictly, with the keyed hash of its bytes that tells a repeat from another request.</summary>
internal sealed class Body<T>(T value, byte[] bytes, byte[] hash) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    public T Value => value;

    public byte[] Hash => hash;

    /// <summary>The members that stand there as null, for a change in part: there null is another wish than no word at all.</summary>
    public IReadOnlySet<string> Nulls() => StrictJson.Nulls(bytes);

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        RequireJson(context.Request);
        var bytes = await RawBody.ReadAsync(context, RawBody.JsonLimit).ConfigureAwait(false);
        return new Body<T>(StrictJson.Read<T>(bytes), bytes, context.RequestServices.GetRequiredService<Sealer>().Hash(bytes));
    }

    // Not the framework's own metadata: routing would act on it, and answer 415 before the caller is even known.
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new RequestShape(typeof(T)));

    private static void RequireJson(HttpRequest request)
    {
        var json = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!json || request.Headers.ContentEncoding.Count > 0)
        {
            throw new RefusedException(new Refusal(
                StatusCodes.Status415UnsupportedMediaType, ErrorCodes.UnsupportedMediaType, "Send the body as Content-Type: application/json, in UTF-8 and not compressed."));
        }
    }
}

/// <summary>What a route takes, for the document.</summary>
internal sealed record RequestShape(Type Type);
