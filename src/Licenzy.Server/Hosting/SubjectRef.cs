using System.Reflection;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting;

/// <summary>
/// The subject in a route, decoded once from the raw target. The routed value cannot serve: the server has decoded it partly, and makes
/// <c>a%2Fb</c> of both <c>%2F</c> and <c>%252F</c> (CONTRACT §0).
/// </summary>
internal sealed record SubjectRef(string Value) : IBindableFromHttpContext<SubjectRef>
{
    private const string Name = "subject_ref";

    /// <summary>What a subject may be: compared ordinally, never trimmed or folded.</summary>
    public const string Rule = "must be 1 to 255 characters without control characters.";

    public static bool IsValid(string text) => text.Length is >= 1 and <= 255 && !text.Any(char.IsControl) && !HasLoneSurrogate(text);

    public static ValueTask<SubjectRef?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult<SubjectRef?>(Of(context));

    /// <summary>The subject of the route, or of the query where the route has none.</summary>
    public static SubjectRef Of(HttpContext context)
    {
        var text = Routed(context, Name) is not { } routed ? Queried(context)
            : IsQueried(context) && Queried(context) != routed ? throw Refused("is another in the path than in the query. Send one of them.")
            : routed;
        return IsValid(text) ? new SubjectRef(text) : throw Refused(Rule);
    }

    /// <summary>Whether the query names one.</summary>
    public static bool IsQueried(HttpContext context) => context.Request.Query.ContainsKey(Name);

    /// <summary>A parameter of the route, decoded once from the raw target; <see langword="null"/> where the route has none of that name.</summary>
    public static string? Routed(HttpContext context, string name)
    {
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments ?? [];
        var index = pattern.ToList().FindIndex(segment => segment.Parts is [Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter] && parameter.Name == name);
        if (index < 0)
        {
            return null;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0].Trim('/').Split('/');
        // Where the server has folded "." and ".." away, the raw segments are not the routed ones.
        return path.Length == Segments(context.Request.PathBase + context.Request.Path)
            ? Decode(path[path.Length - pattern.Count + index])
            : throw Refused("is not a path segment that can be told apart; send it as ?subject_ref= instead.");
    }

    private static int Segments(PathString path) => path.Value!.Trim('/').Split('/').Length;

    // From the raw query, like the path: the framework would let broken encoding pass as text.
    private static string Queried(HttpContext context)
    {
        string[][] found =
        [
            .. (context.Request.QueryString.Value ?? "").TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair[0] == Name),
        ];
        return found switch
        {
            [[_, var text]] => Decode(text.Replace('+', ' ')),
            [] or [[_]] => throw Refused("is required, as a path segment or as ?subject_ref=."),
            _ => throw Refused("must stand once."),
        };
    }

    private static string Decode(string segment)
    {
        var bytes = new List<byte>(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(segment[i].ToString()));
            }
            else if (i + 2 < segment.Length && char.IsAsciiHexDigit(segment[i + 1]) && char.IsAsciiHexDigit(segment[i + 2]))
            {
                bytes.Add(Convert.ToByte(segment.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                throw Refused("is not percent-encoded properly.");
            }
        }

        var utf8 = bytes.ToArray();
        return Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw Refused("is not UTF-8.");
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return true;
            }

            rest = rest[length..];
        }

        return false;
    }

    private static RefusedException Refused(string message) => new(Refusal.InvalidRequest(Name, message));
}
