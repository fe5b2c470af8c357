using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Licenzy.Json;
using Licenzy.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Hosting;

/// <summary>A "no" of <c>/v1</c> or <c>/portal</c>: problem details with a stable code. Nothing in it betrays how the server is made.</summary>
internal sealed record Refusal(int Status, string Code, string Detail) : IRepeatableAnswer
{
    public IReadOnlyList<FieldError>? Errors { get; init; }

    public int? RetryAfterSeconds { get; init; }

    // "Not enough" was true of one moment: its repeat must not suddenly take units.
    public bool IsKept => Code == ErrorCodes.InsufficientUsage;

    public static Refusal InvalidRequest(string field, string message) =>
        new(StatusCodes.Status400BadRequest, ErrorCodes.InvalidRequest, $"{field}: {message}") { Errors = [new FieldError { Field = field, Message = message }] };

    public static Refusal InvalidRequest(IReadOnlyList<FieldError> errors) =>
        new(StatusCodes.Status400BadRequest, ErrorCodes.InvalidRequest, string.Join(" ", errors.Select(error => $"{error.Field}: {error.Message}"))) { Errors = errors };

    public static Refusal InvalidJson(string detail) => new(StatusCodes.Status400BadRequest, ErrorCodes.InvalidJson, detail);

    public static Refusal Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    public static Refusal NotFound { get; } = new(StatusCodes.Status404NotFound, ErrorCodes.NotFound, "There is nothing of that name here.");

    /// <summary>405, with the methods there are in <c>Allow</c>.</summary>
    public static Refusal MethodNotAllowed(HttpContext context, IReadOnlyList<string> methods)
    {
        context.Response.Headers.Allow = string.Join(", ", methods);
        return new Refusal(StatusCodes.Status405MethodNotAllowed, ErrorCodes.MethodNotAllowed, $"This route takes {string.Join(", ", methods)}.");
    }

    public static Refusal Unavailable(string detail, int retryAfterSeconds = 1) =>
        new(StatusCodes.Status503ServiceUnavailable, ErrorCodes.Unavailable, detail) { RetryAfterSeconds = retryAfterSeconds };

    private LicenzyProblem ToProblem(string requestId) => new()
    {
        Type = $"urn:licenzy:error:{Code}",
        Title = Titles.Of(Code),
        Status = Status,
        Detail = Detail,
        Error = Code,
        RequestId = requestId,
        Errors = Errors,
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.RequestServices?.GetService<Meters>()?.Refused(Code);
        var response = httpContext.Response;
        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"licenzy\"";
        }

        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return JsonBytes.WriteAsync(httpContext, Status, ToBytes(RequestFrame.RequestId(httpContext)));
    }

    public byte[] ToBytes(string requestId) => JsonSerializer.SerializeToUtf8Bytes(ToProblem(requestId), ProblemJson);

    // "errors" is there only where members are to blame.
    private static JsonTypeInfo<LicenzyProblem> ProblemJson { get; } = new LicenzyJson(
        new JsonSerializerOptions(LicenzyJson.Default.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull })
        .LicenzyProblem;
}
