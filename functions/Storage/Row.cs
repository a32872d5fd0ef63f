using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>A stored value with the key and the ETag it was read at.</summary>
internal sealed record Row<T>(string Key, ETag ETag, T Value);

/// <summary>A row as it came, before somebody who knows its type reads it.</summary>
internal sealed class StoredRow(TableEntity entity)
{
    public string PartitionKey => entity.PartitionKey;

    public string Key => entity.RowKey;

    public ETag ETag => entity.ETag;

    public Row<T> Read<T>() => RowCodec.Read<T>(entity);

    public object Read(Type type) => RowCodec.Read(type, entity);
}

/// <summary>
/// Records as table entities: a column per property. Text, numbers, flags, times and bytes are native columns, an
/// enumeration is its name, anything else is JSON text. A null is an absent column.
/// </summary>
internal static class RowCodec
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Columns = new();

    /// <exception cref="ArgumentException">Table Storage would refuse the row.</exception>
    public static TableEntity Write(string partitionKey, string rowKey, object value)
    {
        var entity = new TableEntity(partitionKey, rowKey);
        foreach (var property in ColumnsOf(value.GetType()))
        {
            var column = property.GetValue(value) switch
            {
                null => null,
                string or int or long or bool or byte[] or DateTimeOffset => property.GetValue(value),
                Enum name => name.ToString(),
                var other => JsonSerializer.Serialize(other, property.PropertyType, Json),
            };
            if (column is not null) entity.Add(property.Name, column);
        }
        TableLimits.Check(entity);
        return entity;
    }

    public static Row<T> Read<T>(TableEntity entity) => new(entity.RowKey, entity.ETag, (T)Read(typeof(T), entity));

    public static object Read(Type type, TableEntity entity)
    {
        var value = Activator.CreateInstance(type)!;
        foreach (var property in ColumnsOf(type))
        {
            if (entity.TryGetValue(property.Name, out var column) && column is not null)
                property.SetValue(value, Convert(column, property.PropertyType));
        }
        return value;
    }

    private static object? Convert(object column, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsInstanceOfType(column)) return column;
        return type.IsEnum ? Enum.Parse(type, (string)column) : JsonSerializer.Deserialize((string)column, type, Json);
    }

    private static PropertyInfo[] ColumnsOf(Type type) =>
        Columns.GetOrAdd(type, static type => [.. type.GetProperties().Where(property => property.SetMethod is not null)]);
}
