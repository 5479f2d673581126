import { faultsOfFields } from './fields.rules';

test('what is wrong with a field stands at the field, as a sentence', () => {
  const errors = [
    { field: 'password', message: 'must not be your name or address' },
    { field: 'password', message: 'a second' },
    { field: 'name', message: 'is missing.' },
  ];
  expect(faultsOfFields({ errors })).toEqual({ password: 'It must not be your name or address.', name: 'It is missing.' });
});

test.each([[undefined], [{}], [{ errors: 'x' }], [{ errors: [null, 1, { field: 1, message: 'x' }, { field: 'x' }] }]])(
  'of %j nothing stands anywhere',
  (more) => expect(faultsOfFields(more)).toEqual({}),
);
