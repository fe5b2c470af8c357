using Microsoft.Data.Sqlite;

namespace Licenzy.Load.Serving;

/// <summary>A connection with its lookup prepared; one request uses it at a time.</summary>
internal sealed class NaiveReader(string database)
{
    private readonly SqliteCommand _lookup = NaiveSqlite.Prepare(NaiveSqlite.Open(database), "select units from balances where subject_ref = @subject", "@subject");

    public long UnitsOf(string subjectRef)
    {
        _lookup.Parameters[0].Value = subjectRef;
        return (long?)_lookup.ExecuteScalar() ?? 0;
    }
}
