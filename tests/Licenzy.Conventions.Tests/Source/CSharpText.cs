using System.Text;

namespace Licenzy.Conventions.Tests.Source;

/// <summary>Just enough of C#'s lexical rules to tell code from talk. Lines stay where they were.</summary>
internal static class CSharpText
{
    public static string WithoutCommentsAndStrings(string text)
    {
        var code = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfTalk(text, at);
            if (end == at)
            {
                code.Append(text[at++]);
                continue;
            }

            code.Append(' ').Append('\n', text.AsSpan(at, end - at).Count('\n'));
            at = end;
        }

        return code.ToString();
    }

    /// <summary>Where the comment, string or character that starts here ends; the same place if none starts here.</summary>
    private static int EndOfTalk(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//"))
            return Before(text, "\n", at);
        if (rest.StartsWith("/*"))
            return After(text, "*/", at + 2);
        if (rest.StartsWith("'"))
            return EndOfQuoted(text, at, '\'');
        if (!rest.StartsWith("\""))
            return at;
        var quotes = rest.Length - rest.TrimStart('"').Length;
        if (quotes >= 3)
            return After(text, new string('"', quotes), at + quotes);
        var verbatim = at > 0 && (text[at - 1] == '@' || (at > 1 && text[at - 1] == '$' && text[at - 2] == '@'));
        return verbatim ? EndOfVerbatim(text, at) : EndOfQuoted(text, at, '"');
    }

    private static int EndOfQuoted(string text, int at, char quote)
    {
        for (var i = at + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == quote)
                return i + 1;
        }

        // No end on its line: an apostrophe in razor's prose, not a character.
        return at + 1;
    }

    private static int EndOfVerbatim(string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != '"')
                continue;
            if (i + 1 < text.Length && text[i + 1] == '"')
                i++;
            else
                return i + 1;
        }

        return text.Length;
    }

    private static int Before(string text, string mark, int from) => text.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var i ? i : text.Length;

    private static int After(string text, string mark, int from) =>
        from <= text.Length && text.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var i ? i + mark.Length : text.Length;
}
