using System.Collections;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>What is wrong with a record, by its properties; what has no fault is left out.</summary>
internal sealed class RecordFaults : IEnumerable<RecordFault>
{
    private readonly List<RecordFault> faults = [];

    public void Add(string property, string? fault)
    {
        if (fault is not null) faults.Add(new RecordFault(property, fault));
    }

    /// <summary>Those of a part of the record.</summary>
    public void Add(string property, IEnumerable<RecordFault>? faultsOfPart) =>
        faults.AddRange((faultsOfPart ?? []).Select(fault => fault with { Property = $"{property}.{fault.Property}" }));

    public void Add(IEnumerable<RecordFault> others) => faults.AddRange(others);

    public IEnumerator<RecordFault> GetEnumerator() => faults.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What a whole number may be.</summary>
internal readonly record struct IntegerRange(int Least, int Most)
{
    /// <summary>What is wrong with a number, or null.</summary>
    public string? Fault(int? value) => value < Least || value > Most ? $"must be from {Least} to {Most}." : null;
}
