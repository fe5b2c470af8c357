using System.Text.RegularExpressions;

namespace Licenzy.Cli.Serving;

/// <summary>A setting of the wrong kind in an operator's words: the framework names the type that the value could not be made into.</summary>
internal static partial class SettingText
{
    public static string Of(Exception refused)
    {
        var wrong = Wrong().Match(refused.Message);
        return wrong.Success
            ? $"{wrong.Groups["setting"].Value} is '{wrong.Groups["value"].Value}'. It takes {Kind(wrong.Groups["type"].Value)}."
            : refused.Message;
    }

    private static string Kind(string type) => type switch
    {
        "System.Double" => "a number, such as 48 or 0.5",
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a time span, such as 00:00:10",
        "System.Uri" => "a whole address, such as https://licenzy.example.com",
        _ => "a value of another kind",
    };

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<setting>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex Wrong();
}
