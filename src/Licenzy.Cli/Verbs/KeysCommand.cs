using System.CommandLine;
using System.Text.Json;
using Licenzy.Server.Accounts;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy keys</c>: a well-formed key without a server, and the workspace's keys at one.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var kind = new Option<string>("--kind") { Description = "lz_test, lz_live, lz_admin, sk_test, sk_live, pk_test or pk_live.", Required = true };
        kind.AcceptOnlyFromAmong([.. Kinds.Keys]);
        var json = CommonOptions.Json();
        var generate = new Command("generate", "Print a new key, for Licenzy:Bootstrap at a first start. Nothing is stored.") { kind, json };
        generate.SetAction(parsed =>
        {
            var key = KeyFormat.Generate(Kinds[parsed.GetValue(kind)!]);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new Dictionary<string, string> { ["key"] = key }) : key);
            return 0;
        });
        return new Command("keys", "API keys.") { generate, KeyVerbs.List(), KeyVerbs.Create(), KeyVerbs.Revoke(), KeyVerbs.Rotate() };
    }

    private static Dictionary<string, KeyKind> Kinds { get; } =
        Enum.GetValues<KeyKind>().ToDictionary(kind => kind.Prefix().TrimEnd('_'), StringComparer.Ordinal);
}
