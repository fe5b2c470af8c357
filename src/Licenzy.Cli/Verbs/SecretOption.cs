using System.CommandLine;

namespace Licenzy.Cli.Verbs;

/// <summary>A secret by option or environment variable. The variable is no default of the option: the help would show it.</summary>
internal sealed class SecretOption(string name, string variable, string what)
{
    public Option<string?> Option { get; } = new(name) { Description = $"{what}; else {variable}, which keeps it out of the shell's history." };

    public string Value(ParseResult parsed) => Find(parsed) ?? throw new MissingSecretException($"Set {variable}, or give {name}: {what}.");

    /// <summary>The secret, where the verb can do without.</summary>
    public string? Find(ParseResult parsed) =>
        parsed.GetValue(Option) is { Length: > 0 } given ? given
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set
        : null;
}

/// <summary>A secret was neither given nor set.</summary>
internal sealed class MissingSecretException(string message) : Exception(message);
