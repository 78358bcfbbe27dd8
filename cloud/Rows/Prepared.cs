using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Lynceus.Cloud;

/// <summary>
/// Prepared statements, for the path every capture takes: SaveChanges took 1 ms for the five rows of one capture.
/// Tables, columns and conversions are the model's. The connection must stay open as long as this lives.
/// </summary>
internal sealed class Prepared(LynceusDb db) : IDisposable
{
    private readonly Dictionary<Type, Statement> prepared = [];
    private readonly Dictionary<string, DbCommand> commands = [];

    /// <summary>Inserts a row within the current transaction.</summary>
    /// <returns>The new row's id.</returns>
    public long Add<T>(T row)
        where T : class
    {
        if (!prepared.TryGetValue(typeof(T), out var statement)) prepared[typeof(T)] = statement = Prepare(typeof(T));
        statement.Command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        for (var i = 0; i < statement.Columns.Length; i++)
        {
            statement.Command.Parameters[i].Value = Value(statement.Columns[i], row) ?? DBNull.Value;
        }
        return (long)statement.Command.ExecuteScalar()!;
    }

    /// <summary>Inserts many rows within the current transaction, whose ids nobody needs: in PostgreSQL by COPY, a round trip for all.</summary>
    /// <returns>How many.</returns>
    public int AddAll<T>(IReadOnlyCollection<T> rows)
        where T : class
    {
        if (db.Database.GetDbConnection() is not NpgsqlConnection postgres || rows.Count < 20)
        {
            foreach (var row in rows) Add(row);
            return rows.Count;
        }
        var entity = db.Model.FindEntityType(typeof(T))!;
        var columns = entity.GetProperties().Where(p => p.ValueGenerated != ValueGenerated.OnAdd).Select(p => (Of: p, Type: p.GetColumnType())).ToArray();
        using var copy = postgres.BeginBinaryImport($"COPY \"{entity.GetTableName()}\" ({string.Join(", ", columns.Select(c => $"\"{c.Of.GetColumnName()}\""))}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            copy.StartRow();
            foreach (var (column, type) in columns)
            {
                if (Value(column, row) is { } value) copy.Write(value, type);
                else copy.WriteNull();
            }
        }
        return (int)copy.Complete();
    }

    /// <summary>Runs a statement within the current transaction; its values are <c>@p0</c>, <c>@p1</c>, …</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            commands[sql] = command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // every statement is a literal of this program
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) AddParameter(command, i);
        }
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in commands.Values) command.Dispose();
        foreach (var statement in prepared.Values) statement.Command.Dispose();
    }

    private static object? Value(IProperty column, object row)
    {
        var value = column.GetGetter().GetClrValue(row);
        return value is null ? null : column.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value;
    }

    private Statement Prepare(Type row)
    {
        var entity = db.Model.FindEntityType(row)!;
        var columns = entity.GetProperties().Where(p => p.ValueGenerated != ValueGenerated.OnAdd).ToArray();
        var command = db.Database.GetDbConnection().CreateCommand();
        // With the column's type, also while its value is null: PostgreSQL keeps a plan for each set of types.
        for (var i = 0; i < columns.Length; i++) command.Parameters.Add(columns[i].GetRelationalTypeMapping().CreateParameter(command, $"@p{i}", value: null, nullable: true));
        var names = string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""));
#pragma warning disable CA2100 // all of it comes from the model
        command.CommandText = $"INSERT INTO \"{entity.GetTableName()}\" ({names}) VALUES ({string.Join(", ", columns.Index().Select(c => $"@p{c.Index}"))}) RETURNING \"Id\"";
#pragma warning restore CA2100
        return new Statement(command, columns);
    }

    private static void AddParameter(DbCommand command, int number)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = $"@p{number}";
        command.Parameters.Add(parameter);
    }

    private sealed record Statement(DbCommand Command, IProperty[] Columns);
}
