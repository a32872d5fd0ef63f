using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Storage;

namespace ContactRouting.Tests.Directory;

public sealed class RecordKindTests
{
    [Fact]
    public void Every_type_of_record_is_a_kind_with_a_limit_and_a_section_of_the_document()
    {
        var types = typeof(IDirectoryRecord).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IDirectoryRecord)) && !type.IsAbstract);
        Assert.Equal(types.Select(type => type.Name).Order(), RecordKind.All.Select(kind => kind.Type.Name).Order());
        Assert.Equal(RecordKind.All.Select(kind => kind.Section), new DirectoryLimits().ByKind().Select(limit => limit.Kind));

        var sections = typeof(Configuration).GetProperties().Concat(typeof(ServiceConfiguration).GetProperties());
        Assert.Subset(
            sections.Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase),
            RecordKind.All.Select(kind => kind.Section).ToHashSet(StringComparer.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void Kind_of_a_row_is_told_by_its_key()
    {
        Assert.All(RecordKind.All, kind => Assert.Same(kind, RecordKind.Of(kind.Key(1))));
        Assert.All(
            RecordKind.All,
            kind => Assert.StartsWith(
                $"{LiveKeys.Directory}{kind.Word}|",
                ((IDirectoryRecord)Activator.CreateInstance(kind.Type)!).RowKey,
                StringComparison.Ordinal
            )
        );
    }
}
