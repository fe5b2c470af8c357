namespace Licenzy.Transport;

/// <summary>Puts a subject into an address so that the server reads exactly that subject.</summary>
internal static class SubjectRoute
{
    private static readonly Uri AnyOrigin = new("https://localhost");

    /// <summary>A read: the subject in the path, or <c>?subject_ref=</c> where a path would change it.</summary>
    /// <param name="route">The path before the subject.</param>
    /// <param name="subjectRef">The subject.</param>
    /// <param name="parameters">What else the query says, such as <c>mode=test</c>, or nothing.</param>
    public static string Read(string route, string subjectRef, string parameters = "") =>
        TryPath(route, subjectRef, out var path) ? path + Led('?', parameters)
        : $"{route}?subject_ref={Uri.EscapeDataString(subjectRef)}{Led('&', parameters)}";

    /// <summary>A write, which has no form without the path segment.</summary>
    public static string Write(string route, string subjectRef, string rest) =>
        TryPath(route, subjectRef, out var path)
            ? path + rest
            : throw new ArgumentException("An empty subject, '.' and '..' cannot be part of an address. Use another subject_ref.", nameof(subjectRef));

    private static string Led(char by, string parameters) => parameters.Length == 0 ? "" : by + parameters;

    private static bool TryPath(string route, string subjectRef, out string path)
    {
        Require(subjectRef);
        path = $"{route}/{Uri.EscapeDataString(subjectRef)}";
        // Asks the class that will write the request line, rather than listing what it is known to normalise.
        return subjectRef.Trim('.').Length > 0 && new Uri(AnyOrigin, path).AbsolutePath == path;
    }

    /// <summary>Half a surrogate pair would be sent as U+FFFD, and the answer would be about somebody else.</summary>
    public static void Require(string subjectRef)
    {
        _ = subjectRef ?? throw new ArgumentNullException(nameof(subjectRef));
        for (var i = 0; i < subjectRef.Length; i++)
        {
            if (!char.IsSurrogate(subjectRef[i]))
                continue;
            if (!char.IsSurrogatePair(subjectRef, i))
                throw new ArgumentException($"The subject holds half a surrogate pair at {i}, which UTF-8 cannot carry. Pass well-formed text.", nameof(subjectRef));
            i++;
        }
    }
}
