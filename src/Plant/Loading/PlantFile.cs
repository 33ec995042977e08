namespace Millwright.Plant;

/// <summary>A file's name, as faults show it, and its text.</summary>
public readonly record struct PlantFile(string Name, string Text);
