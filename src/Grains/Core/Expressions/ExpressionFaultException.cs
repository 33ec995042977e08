namespace Millwright.Core.Expressions;

/// <summary>Ends the reading of an expression at its first fault; never leaves this folder.</summary>
internal sealed class ExpressionFaultException(int column, string message) : Exception(message)
{
    public ExpressionFault Fault => new(column, Message);
}
