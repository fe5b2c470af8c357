using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Licenzy.Server.Storage;

/// <summary>A numbered schema script, embedded in the assembly.</summary>
internal sealed record Migration(long Number, string Name, string Script)
{
    /// <summary>Line ends do not count: a checkout may have changed them.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script.Replace("\r", "", StringComparison.Ordinal))));
}

/// <summary>Brings a schema up to date: one statement a command, one transaction a script, every script once.</summary>
internal static partial class Migrations
{
    private const string Prefix = "Licenzy.Server.Storage.Migrations.";

    private sealed record AppliedRow(long Number, string Checksum);

    public static IReadOnlyList<Migration> All { get; } = Load();

    /// <summary>The scripts still to run; throws where the schema is newer than this binary or a script was changed after it ran.</summary>
    public static async Task<IReadOnlyList<Migration>> PendingAsync(Session session)
    {
        await session.ExecuteAsync(session.Dialect.Translate(
            "create table if not exists schema_migrations (number bigint not null primary key, name {text} not null, checksum {text} not null)"))
            .ConfigureAwait(false);
        var applied = await session.ListAsync<AppliedRow>("select number, checksum from schema_migrations order by number").ConfigureAwait(false);

        if (applied is [.., { Number: var newest }] && newest > All[^1].Number)
        {
            throw new InvalidOperationException(
                $"The database was written by a newer Licenzy (schema {newest}, this binary knows {All[^1].Number}). Start that version, or restore the copy made before the upgrade.");
        }

        if (applied.FirstOrDefault(row => All.Single(migration => migration.Number == row.Number).Checksum != row.Checksum) is { } changed)
        {
            throw new InvalidOperationException($"Schema script {changed.Number} is not the one this database was made with. Start the Licenzy version that wrote it.");
        }

        return [.. All.Where(migration => applied.All(row => row.Number != migration.Number))];
    }

    /// <summary>Runs one script. Call it inside a transaction: both engines roll schema changes back.</summary>
    public static async Task ApplyAsync(Session session, Migration migration)
    {
        foreach (var statement in StatementEnd().Split(session.Dialect.Translate(migration.Script)).Where(text => !string.IsNullOrWhiteSpace(text)))
        {
            await session.ExecuteAsync(statement).ConfigureAwait(false);
        }

        await session.ExecuteAsync(
            "insert into schema_migrations (number, name, checksum) values (@Number, @Name, @Checksum)",
            new { migration.Number, migration.Name, migration.Checksum }).ConfigureAwait(false);
    }

    private static Migration[] Load()
    {
        var assembly = typeof(Migrations).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    var title = name[Prefix.Length..^".sql".Length];
                    return new Migration(long.Parse(title[..4], System.Globalization.CultureInfo.InvariantCulture), title, reader.ReadToEnd());
                }),
        ];
    }

    [GeneratedRegex(@";\s*$", RegexOptions.Multiline)]
    private static partial Regex StatementEnd();
}
