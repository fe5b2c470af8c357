using System.Globalization;
using System.Reflection;
using Licenzy.Server.Hosting.Limits;
using Microsoft.AspNetCore.OpenApi;

namespace Licenzy.Server.Hosting.Documents;

/// <summary>A route as its metadata and its handler tell it, so that a new one describes itself.</summary>
internal sealed class DocumentedRoute(OpenApiOperationTransformerContext context)
{
    private readonly IList<object> _metadata = context.Description.ActionDescriptor.EndpointMetadata;

    public string Method { get; } = context.Description.HttpMethod ?? "GET";

    public string Path { get; } = "/" + (context.Description.RelativePath ?? "").Trim('/');

    public CredentialsRule Rule => Last<RequiredCredentials>()!.Rule;

    public bool IsRead => Method is "GET" or "HEAD";

    public bool IsRateLimited => Rule is CredentialsRule.RuntimeKey or CredentialsRule.Portal or CredentialsRule.LocalOrAdminKey && Last<OutsideRateLimit>() is null;

    public bool TakesIdempotencyKey => Takes<IdempotencyKey>();

    public bool RequiresIdempotencyKey => Last<RequiredIdempotencyKey>() is not null;

    /// <summary>The shape of the body, where the route takes one.</summary>
    public Type? Body => Last<RequestShape>()?.Type;

    public bool RequiresBody => Body is { } shape && !RequestShape.MayBeMissing(Method, shape);

    /// <summary>What stands in braces in the path.</summary>
    public IEnumerable<string> PathParameters => Path.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => segment.Trim('{', '}'));

    /// <summary>Method and path as one word, such as <c>getCustomerAccessBySubjectRef</c>: the same for good, without anybody's thinking of it.</summary>
    public string OperationId => Method.ToLowerInvariant() + string.Concat(Path.Split('/').Where(segment => segment is not ("" or "v1")).Select(Word));

    public bool Takes<T>() => Last<MethodInfo>()?.GetParameters().Any(parameter => parameter.ParameterType == typeof(T)) ?? false;

    private static string Word(string segment) =>
        (segment.StartsWith('{') ? "By" : "")
        + string.Concat(segment.Trim('{', '}').Split('_', '-', '.').Select(part => part[..1].ToUpper(CultureInfo.InvariantCulture) + part[1..]));

    private T? Last<T>()
        where T : class => _metadata.OfType<T>().LastOrDefault();
}
