using System.Reflection;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.Tests.Documents;

/// <summary>Every code that a refusal may have has a title, and stands in the contract's table.</summary>
public sealed class ErrorCodeTests
{
    private static readonly string[] Codes =
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    [Test]
    public void Every_code_has_a_title_of_its_own()
    {
        var titles = Codes.Where(code => code != ErrorCodes.Internal).Select(Titles.Of).ToList();
        Assert.That(titles, Is.Unique.And.None.EqualTo(Titles.Of(ErrorCodes.Internal)));
    }

    [Test]
    public void Every_fault_of_an_endpoints_address_is_a_code() => Assert.That(
        typeof(TargetFault).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(property => ((TargetFault)property.GetValue(null)!).Code), Is.SubsetOf(Codes));

    [Test]
    public void The_contract_lists_every_code()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Licenzy.sln")))
            folder = folder.Parent;
        Assume.That(folder, Is.Not.Null, "The tests run outside the repository.");
        var table = File.ReadLines(Path.Combine(folder!.FullName, "docs", "contract.md")).SkipWhile(line => !line.StartsWith("| status | `error`", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|'));
        var listed = string.Join('\n', table);
        Assert.That(Codes.Where(code => !listed.Contains($"`{code}`", StringComparison.Ordinal)), Is.Empty);
    }
}
