using System.Reflection;
using Dapper;

namespace Licenzy.Server.Storage;

/// <summary>Columns are snake_case, members are not. Only this assembly's rows are mapped so: an application that embeds the server keeps its own way.</summary>
internal sealed class RowMap(Type type) : SqlMapper.ITypeMap
{
    private readonly DefaultTypeMap _members = new(type);

    public static void Register()
    {
        var previous = SqlMapper.TypeMapProvider;
        SqlMapper.TypeMapProvider = type => type.Assembly == typeof(RowMap).Assembly ? new RowMap(type) : previous(type);
    }

    public ConstructorInfo? FindConstructor(string[] names, Type[] types) => _members.FindConstructor([.. names.Select(Member)], types);

    public ConstructorInfo? FindExplicitConstructor() => _members.FindExplicitConstructor();

    public SqlMapper.IMemberMap? GetConstructorParameter(ConstructorInfo constructor, string columnName) =>
        _members.GetConstructorParameter(constructor, Member(columnName));

    public SqlMapper.IMemberMap? GetMember(string columnName) => _members.GetMember(Member(columnName));

    private static string Member(string column) => column.Replace("_", "", StringComparison.Ordinal);
}
