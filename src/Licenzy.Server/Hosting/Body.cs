using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Hosting;

/// <summary>A request's body, read strictly, with the keyed hash of its bytes that tells a repeat from another request.</summary>
internal sealed class Body<T>(T value, byte[] bytes, byte[] hash) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private static readonly PropertyInfo? ModeOfBody = typeof(T).GetProperty("Mode");

    public T Value => value;

    public byte[] Hash => hash;

    /// <summary>The members that stand there as null, for a change in part: there null is another wish than no word at all.</summary>
    public IReadOnlySet<string> Nulls() => StrictJson.Nulls(bytes);

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var bytes = IsMissing(context) && RequestShape.MayBeMissing(context.Request.Method, typeof(T)) ? "{}"u8.ToArray() : await ReadAsync(context).ConfigureAwait(false);
        var value = StrictJson.Read<T>(bytes);
        RequireOneMode(context.Request, value);
        return new Body<T>(value, bytes, context.RequestServices.GetRequiredService<Sealer>().Hash(bytes));
    }

    // Not the framework's own metadata: routing would act on it, and answer 415 before the caller is even known.
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new RequestShape(typeof(T)));

    // Which of two to believe? Whoever said ?mode=live meant it.
    private static void RequireOneMode(HttpRequest request, T body)
    {
        if (ModeOfBody?.GetValue(body) is string mode && request.Query["mode"] is { Count: > 0 } asked && !(asked.Count == 1 && asked[0] == mode))
        {
            throw new RefusedException(Refusal.InvalidRequest("mode", "is another in the body than ?mode= says. Leave ?mode= out, or say the same in both."));
        }
    }

    private static bool IsMissing(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    private static Task<byte[]> ReadAsync(HttpContext context)
    {
        RequireJson(context.Request);
        return RawBody.ReadAsync(context, RawBody.JsonLimit);
    }

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
internal sealed record RequestShape(Type Type)
{
    /// <summary>Whether no body is as good as <c>{}</c>: a POST that requires nothing. A PATCH without one would be a mistake.</summary>
    public static bool MayBeMissing(string method, Type shape) => HttpMethods.IsPost(method) && StrictJson.RequiresNothing(shape);
}
