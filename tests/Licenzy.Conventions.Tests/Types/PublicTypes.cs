using System.Reflection;

namespace Licenzy.Conventions.Tests.Types;

/// <summary>Every public type is closed: what nobody derives from can be changed without breaking anybody.</summary>
internal static class PublicTypes
{
    /// <summary>Full name → why it is open: the root of a set of cases, or an attribute or exception a host derives from.</summary>
    public static readonly IReadOnlyDictionary<string, string> OpenForAReason = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Licenzy.Domain.Billing.BillingEvent"] = "abstract: each kind of event is a sealed case of it, and rules switch over them",
        ["Licenzy.Domain.Billing.PaymentEvent"] = "abstract: what charges, refunds and disputes have in common",
        ["Licenzy.LicenzyConnectionOptions"] = "abstract: the settings both clients share; each client's options are a sealed case of it",
    };

    private static readonly string[] Names =
    [
        "Licenzy.Contracts", "Licenzy.Domain", "Licenzy.Client", "Licenzy.AspNetCore", "Licenzy.Testing", "Licenzy.Server", "licenzy",
    ];

    public static IReadOnlyList<Assembly> Assemblies() => [.. Names.Select(Assembly.Load)];

    public static IReadOnlyList<string> Open(IEnumerable<Type> types) =>
    [
        .. types.Where(type => type is { IsClass: true, IsSealed: false } && !IsComponent(type) && !IsProgram(type))
            .Select(type => type.FullName!).Order(StringComparer.Ordinal),
    ];

    // The framework makes an executable's entry class public, for tests of the host; nobody can reference it from a tool's package.
    private static bool IsProgram(Type type) => type == type.Assembly.EntryPoint?.DeclaringType;

    // The Razor compiler writes its classes open, and takes no word for it.
    private static bool IsComponent(Type type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.FullName == "Microsoft.AspNetCore.Components.ComponentBase")
                return true;
        }

        return false;
    }
}
