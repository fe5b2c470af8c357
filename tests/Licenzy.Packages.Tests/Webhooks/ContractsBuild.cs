using System.Reflection;
using System.Runtime.Loader;

namespace Licenzy.Packages.Tests.Webhooks;

/// <summary>One build of Licenzy.Contracts: the one these tests run on, or the one for .NET Standard 2.0, which compares in its own code.</summary>
public sealed class ContractsBuild
{
    public delegate string SignMethod(string secret, string id, DateTimeOffset timestamp, byte[] body);

    public delegate bool VerifyMethod(
        IEnumerable<string> secrets, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now, TimeSpan? tolerance);

    private readonly string _name;

    private ContractsBuild(string name, Assembly assembly)
    {
        _name = name;
        var signature = assembly.GetType("Licenzy.WebhookSignature", throwOnError: true)!;
        Sign = signature.GetMethod("Sign")!.CreateDelegate<SignMethod>();
        Verify = signature.GetMethod("Verify")!.CreateDelegate<VerifyMethod>();
        var parse = assembly.GetType("Licenzy.Webhooks.WebhookEvent", throwOnError: true)!.GetMethod("Parse")!.CreateDelegate<Func<byte[], object>>();
        Parse = parse;
    }

    public SignMethod Sign { get; }

    public VerifyMethod Verify { get; }

    public Func<byte[], object> Parse { get; }

    public static IEnumerable<ContractsBuild> All()
    {
        yield return new("current", typeof(WebhookSignature).Assembly);
        var older = Path.Combine(AppContext.BaseDirectory, "netstandard2.0", "Licenzy.Contracts.dll");
        yield return new("netstandard2.0", new AssemblyLoadContext("netstandard2.0").LoadFromAssemblyPath(older));
    }

    public override string ToString() => _name;
}
